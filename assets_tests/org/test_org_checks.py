"""Every check of `org` turns red on a broken row, and only then."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from assets_tests.dbt.checking import checks_of, failed_checks
from pipelines.checks.org import MODELS

GOOD: dict[str, dict[str, Any]] = {
    "org.users": {
        "user_id": "ada",
        "username": "Ada",
        "organization_id": None,
        "role": "student",
        "experience_level": 10,
    },
    "org.organizations": {"organization_id": "o1", "name": "Ridge", "timezone": "UTC"},
    "org.weeks": {"week_start": date(2026, 3, 1), "week_end": date(2026, 3, 7)},
}

BROKEN: list[tuple[str, dict[str, Any], str]] = [
    ("org.users", {"username": None}, "not_nullable"),
    ("org.users", {"role": "king"}, "isin"),
    ("org.users", {"experience_level": 0}, "greater_than_or_equal_to"),
    ("org.users", {"experience_level": 11}, "less_than_or_equal_to"),
    ("org.users", {"email": "ada@example.org"}, "column_in_schema"),
    ("org.organizations", {"timezone": None}, "not_nullable"),
    ("org.organizations", {"email": "ada@example.org"}, "column_in_schema"),
    (
        "org.weeks",
        {"week_start": date(2026, 3, 2), "week_end": date(2026, 3, 8)},
        "starts_on_sunday",
    ),
    ("org.weeks", {"week_end": date(2026, 3, 8)}, "lasts_seven_days"),
    ("org.weeks", {"week": 1}, "column_in_schema"),
]


@pytest.mark.parametrize("table", MODELS)
def test_a_good_row_passes(table: str) -> None:
    assert failed_checks(MODELS[table], GOOD[table]) == set()


@pytest.mark.parametrize(("table", "change", "check"), BROKEN)
def test_a_broken_row_turns_its_check_red(table: str, change: dict[str, Any], check: str) -> None:
    assert failed_checks(MODELS[table], GOOD[table] | change) == {check}


@pytest.mark.parametrize("table", MODELS)
def test_every_check_is_broken_above(table: str) -> None:
    assert checks_of(MODELS[table]) <= {check for broken, _, check in BROKEN if broken == table}
