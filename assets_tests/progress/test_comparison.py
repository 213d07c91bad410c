"""The comparison sees every kind of difference, and none where values are equal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from assets_tests.progress.comparison import differences

EXPECTED = {"student_id": "ann", "concept_id": "c", "best_score": 80.0, "attempts": 2}
EVENT = {"event": "started", "properties": {"score": 80.0, "passed": None, "factors": ["a"]}}


@pytest.mark.parametrize("score", [80, 80.0, Decimal("80.0000")])
def test_numbers_are_equal_by_value(score: Any) -> None:
    found = EXPECTED | {"best_score": score, "another_column": 1}
    assert differences("concept_mastery", [found], [EXPECTED]) == []


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([], "missing: "),
        ([EXPECTED | {"best_score": 80.000000001}], "different: ('ann', 'c') best_score: is"),
        ([EXPECTED | {"best_score": None}], "different: "),
        ([EXPECTED, EXPECTED | {"concept_id": "d"}], "unexpected: "),
        ([{"student_id": "ann"}], "no column attempts"),
    ],
)
def test_differences_are_told(found: list[dict[str, Any]], said: str) -> None:
    assert differences("concept_mastery", found, [EXPECTED])[0].startswith(said)


def test_two_rows_of_one_key_are_an_error() -> None:
    with pytest.raises(ValueError, match="concept_mastery has two rows"):
        differences("concept_mastery", [EXPECTED, EXPECTED], [EXPECTED])


@pytest.mark.parametrize(
    ("properties", "is_same"),
    [
        ('{"passed": null, "score": 80, "factors": ["a"]}', True),
        ('{"score": 80, "factors": ["a"]}', False),
        ('{"passed": false, "score": 80, "factors": ["a"]}', False),
        ('{"passed": null, "score": 80, "factors": ["a", "b"]}', False),
    ],
)
def test_json_is_compared_by_what_it_says(properties: str, is_same: bool) -> None:
    found = {"event": "started", "properties": properties}
    assert (differences("progress_events", [found], [EVENT]) == []) == is_same


def test_equal_rows_are_counted() -> None:
    assert differences("progress_events", [EVENT], [EVENT, EVENT]) != []
    assert differences("progress_events", [EVENT, EVENT], [EVENT, EVENT]) == []
