"""What a teacher asks before certifying and before changing a rule: `api.proposals` and `api.rule_change_preview`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets_tests.api import (
    bodies,
    bodies_of_an_older_client,
    body,
    differences_of_shape,
    published_file,
)
from assets_tests.dbt.harness import AS_OF
from pipelines.checks.fingerprint import fingerprint

pytestmark = pytest.mark.slow

TABLES = [
    "records.performance_records",
    "records.certification_proposals",
    "records.certifications",
]
MACROS = ["proposals", "rule_change_preview"]
PREVIEW = "api.rule_change_preview(?, min_percentage := ?, min_points_absolute := ?)"
ALICE_FAILS = {"user_id": "alice", "status": "passed", "proposed_status": "failed"}
CAROL_FAILS = {"user_id": "carol", "status": "passed", "proposed_status": "failed"}


def shape(macro: str) -> Any:
    return json.loads((Path(__file__).parent / "shapes" / f"{macro}.json").read_text())


@pytest.fixture(scope="module")
def published(algebra: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("published") / "cairn.duckdb"
    return published_file(path, algebra, TABLES, MACROS, AS_OF)


@pytest.fixture
def copy(published: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy to change."""
    path = tmp_path / "cairn.duckdb"
    path.write_bytes(published.read_bytes())
    with duckdb.connect(str(path)) as connection:
        yield connection


@pytest.mark.requirement(
    *("R004-87", "R004-88", "R004-89", "R004-94", "R004-95", "R004-97", "R004-146", "R004-147"),
    *("R004-148", "G004-11", "G004-12"),
)
def test_proposals_are_the_documents_results_of_every_member(
    client: duckdb.DuckDBPyConnection,
) -> None:
    answer = body(client, "api.proposals(?)", "algebra")
    assert differences_of_shape(shape("proposals"), answer) == []
    assert (answer["lecture_id"], answer["rule_id"]) == ("algebra", "half")
    assert (answer["students"], answer["students_meeting_requirements"]) == (4, 1)
    assert [
        (found["user_id"], found["proposed_status"], *found["details"].values())
        for found in answer["proposals"]
    ] == [
        ("alice", "passed", 58, 50, ["1", "2"], ["1", "2"]),
        ("bob", "failed", 42, 50, [], ["1", "2"]),
        ("carol", "failed", 65, 50, ["1"], ["1", "2"]),
        # Exempt from the second sheet: half of 50.
        ("dan", "failed", 1, 25, [], ["1", "2"]),
    ]


@pytest.mark.requirement("G004-14")
def test_a_lecture_without_a_rule_proposes_nothing(client: duckdb.DuckDBPyConnection) -> None:
    nothing = {"rule_id": None, "students": 1, "students_meeting_requirements": 0, "proposals": []}
    assert body(client, "api.proposals(?)", "empty") == {"lecture_id": "empty"} | nothing
    answer = body(client, PREVIEW, "empty", 10, None)
    assert differences_of_shape(shape("rule_change_preview"), answer) == []
    assert answer["current_rule"] is answer["proposed_rule"] is None
    assert (answer["students"], answer["failed_to_passed"], answer["changed_user_ids"]) == (
        1,
        0,
        [],
    )


@pytest.mark.parametrize("lecture_id", ["nothing", None])
def test_an_unknown_lecture_has_no_row(
    client: duckdb.DuckDBPyConnection, lecture_id: str | None
) -> None:
    assert bodies(client, "api.proposals(?)", lecture_id) == []
    assert bodies(client, PREVIEW, lecture_id, 50, None) == []


@pytest.mark.requirement("R004-15", "R004-70", "R004-96", "R004-113", "R004-114", "R004-115")
def test_a_higher_threshold_fails_who_passed(client: duckdb.DuckDBPyConnection) -> None:
    """60 % of 100: Alice's 58 do not suffice, and her computed certification would flip; Carol's was manual anyway."""
    assert list(body(client, PREVIEW, "algebra", 60, None).items()) == [
        ("lecture_id", "algebra"),
        (
            "current_rule",
            {
                "rule_id": "half",
                "min_percentage": 50,
                "min_points_absolute": None,
                "required_achievement_ids": ["1", "2"],
            },
        ),
        (
            "proposed_rule",
            {
                "rule_id": "half",
                "min_percentage": 60,
                "min_points_absolute": None,
                "required_achievement_ids": ["1", "2"],
            },
        ),
        ("students", 4),
        ("failed_to_passed", 0),
        ("passed_to_failed", 1),
        ("changed_user_ids", ["alice"]),
        ("computed_certifications_that_would_flip", [ALICE_FAILS]),
        ("manual_certifications_in_conflict", [CAROL_FAILS]),
    ]


@pytest.mark.requirement("R004-96", "R004-113", "R004-114")
def test_a_lower_threshold_passes_who_failed(copy: duckdb.DuckDBPyConnection) -> None:
    """Were nothing but points asked for, 42 would suffice for 42 %: Bob's computed certification would flip."""
    copy.execute("update records.certification_proposals set meets_achievements = true")
    copy.execute(
        "update records.certification_proposals set proposed_status = 'passed' where meets_points"
    )
    answer = body(copy, PREVIEW, "algebra", 42, None)
    assert (answer["failed_to_passed"], answer["passed_to_failed"]) == (1, 0)
    assert answer["changed_user_ids"] == ["bob"]
    assert answer["computed_certifications_that_would_flip"] == [
        {"user_id": "bob", "status": "failed", "proposed_status": "passed"}
    ]
    assert answer["manual_certifications_in_conflict"] == []
    # 42.0001 % of 100 are 43 whole points.
    assert body(copy, PREVIEW, "algebra", Decimal("42.0001"), None)["changed_user_ids"] == []


@pytest.mark.requirement("R004-57", "R004-58", "R004-59", "R004-96", "G004-09")
def test_a_threshold_of_the_other_kind_takes_the_place_of_the_one(
    copy: duckdb.DuckDBPyConnection,
) -> None:
    answer = body(copy, PREVIEW, "algebra", None, 58.0001)
    assert (answer["proposed_rule"]["min_percentage"], answer["changed_user_ids"]) == (
        None,
        ["alice"],
    )
    # 16.1 % of 1000 points are exactly 161.
    copy.execute(
        "update records.performance_records set points_max_materialized = 1000;"
        " update records.certification_proposals set current_points = 161 where user_id = 'alice'"
    )
    assert body(copy, PREVIEW, "algebra", 16.1, None)["passed_to_failed"] == 0
    with pytest.raises(duckdb.InvalidInputException, match="both percentage and absolute"):
        bodies(copy, PREVIEW, "algebra", 50, 10)


@pytest.mark.requirement("R004-115")
def test_without_a_threshold_nothing_changes_and_nothing_is_ever_written(
    client: duckdb.DuckDBPyConnection,
) -> None:
    before = [fingerprint(client, table) for table in TABLES]
    answer = body(client, PREVIEW, "algebra", None, None)
    assert answer["current_rule"] == answer["proposed_rule"]
    assert (answer["failed_to_passed"], answer["passed_to_failed"]) == (0, 0)
    # What contradicts today's proposal is shown all the same.
    assert answer["manual_certifications_in_conflict"] == [CAROL_FAILS]
    assert body(client, PREVIEW, "algebra", 60, None)["changed_user_ids"] == ["alice"]
    assert [fingerprint(client, table) for table in TABLES] == before


def test_an_older_client_answers_the_same(
    published: Path, client: duckdb.DuckDBPyConnection
) -> None:
    calls = [
        *("api.proposals('algebra')", "api.proposals('empty')", "api.rule_change_preview('empty')"),
        "api.rule_change_preview('algebra', min_percentage := 60)",
        "api.rule_change_preview('algebra', min_points_absolute := 12.5)",
    ]
    assert sorted(bodies_of_an_older_client(published, calls)) == sorted(
        answer for call in calls for answer in bodies(client, call)
    )
