"""The read endpoints of progress, as any DuckDB client calls them on a published file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets_tests.api import bodies, body, differences_of_shape, published_file
from assets_tests.dbt.harness import AS_OF
from assets_tests.progress.published_tables import ROWS, shape, warehouse

CALLS = {
    "student_progress": ("api.student_progress(?)", ("ada",)),
    "assignment_progress": ("api.assignment_progress(?, ?)", ("fractions", "ada")),
    "class_progress": ("api.class_progress(?)", ("7a",)),
    "organization_progress": ("api.organization_progress(?)", ("north",)),
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file in the format that is published, with the tables and macros of the domain."""
    folder = tmp_path_factory.mktemp("published")
    tables = [f"progress.{table}" for table in ROWS]
    school = warehouse(folder / "warehouse.duckdb")
    return published_file(folder / "cairn.duckdb", school, tables, CALLS, AS_OF)


def answer(client: duckdb.DuckDBPyConnection, macro: str) -> dict[str, Any]:
    call, arguments = CALLS[macro]
    return body(client, call, *arguments)


@pytest.mark.requirement("R003-06", "R003-12", "R003-30", "R003-67", "G003-44")
@pytest.mark.parametrize("macro", CALLS)
def test_an_answer_has_the_documented_shape(client: duckdb.DuckDBPyConnection, macro: str) -> None:
    assert differences_of_shape(shape(macro), answer(client, macro)) == []


@pytest.mark.requirement("R003-82", "G003-45")
def test_a_student_s_summary(client: duckdb.DuckDBPyConnection) -> None:
    assert answer(client, "student_progress") == {
        "student_id": "ada",
        "organization_id": "north",
        "active_assignments": 1,
        "completed_assignments": 1,
        "total_time_on_task_ms": 5_400_000,
        "steps_completed_this_week": 2,
        "time_on_task_this_week_ms": 600_000,
        "games_played_this_week": 3,
        "overall_mastery_score": 71.3,
        "concepts_mastered_count": 1,
        "badges_earned": 2,
        "last_activity_at": "2026-03-31T17:30:00.250000Z",
        "streak_days": 4,
        "engagement_score": 43.3,
        "at_risk": True,
        "risk_factors": ["behind_pace_40_percent", "stuck_on_step_7_attempts"],
    }


@pytest.mark.requirement("R003-162")
def test_an_assignment_with_its_steps_in_their_order(client: duckdb.DuckDBPyConnection) -> None:
    assignment = answer(client, "assignment_progress")
    steps = assignment.pop("steps")
    assert assignment == {
        "assignment_id": "fractions",
        "student_id": "ada",
        "status": "in_progress",
        "completion_percentage": 33.33,
        "steps_total": 4,
        "steps_required": 3,
        "steps_completed": 1,
        "steps_in_progress": 1,
        "steps_locked": 1,
        "started_at": "2026-03-02T08:00:00.000000Z",
        "completed_at": None,
        "estimated_completion_date": "2026-05-27",
        "time_on_task_ms": 5_000_000,
        "average_score": 92.5,
        "mastery_score": 61.7,
        "pass_rate": 66.67,
        "next_step_id": "z-quiz",
        "next_step_due_at": "2026-04-05T23:59:59.999999Z",
        "steps_per_week": 0.25,
        "pacing_status": "at_risk",
    }
    # By position and not by id; the step that was removed is none of its steps any more.
    assert [(step["step_id"], step["state"]) for step in steps] == [
        ("m-learn", "complete"),
        ("z-quiz", "in_progress"),
        ("a-review", "locked"),
    ]
    assert steps[1] == {
        "step_id": "z-quiz",
        "assignment_id": "fractions",
        "student_id": "ada",
        "state": "in_progress",
        "started_at": "2026-03-03T08:00:00.000000Z",
        "completed_at": None,
        "last_activity_at": "2026-03-31T17:30:00.250000Z",
        "attempt_count": 7,
        "best_score": 55.1,
        "latest_score": 40.0,
        "target_score": 80.0,
        "passed": False,
        "time_on_task_ms": 4_000_000,
        "session_count": 2,
        "mastery_level": "learning",
        "consistency_score": 0.123456789,
        "completion_source": None,
        "reconciliation_metadata": None,
    }


@pytest.mark.requirement("R003-27", "R003-28", "R003-29")
def test_a_reconciled_step_says_where_its_score_is_from(
    client: duckdb.DuckDBPyConnection,
) -> None:
    reconciled = answer(client, "assignment_progress")["steps"][0]
    assert reconciled["completion_source"] == "free_play_reconciled"
    assert reconciled["reconciliation_metadata"] == {
        "original_score": 92.5,
        "original_context": "all_games",
        "reconciled_at": "2026-03-02T08:00:00.000000Z",
    }


def test_an_assignment_without_steps_has_an_empty_list(client: duckdb.DuckDBPyConnection) -> None:
    decimals = body(client, "api.assignment_progress(?, ?)", "decimals", "ada")
    assert (decimals["status"], decimals["steps"]) == ("archived", [])


@pytest.mark.requirement("R003-163", "R003-164", "R003-165")
def test_a_class_is_a_grid_of_students_and_assignments(client: duckdb.DuckDBPyConnection) -> None:
    school_class = answer(client, "class_progress")
    assert school_class["mean_completion"] == 33.34
    assert school_class["last_activity_at"] == "2026-03-31T17:30:00.250000Z"
    assert [tuple(assignment.values()) for assignment in school_class["assignments"]] == [
        ("decimals", 1, 100.0, 80.9, 0, 1, 0, 0, 1),
        ("fractions", 1, 33.33, 61.7, 0, 0, 0, 1, 0),
    ]
    ada, bob = school_class["roster"]
    assert ada == {
        "student_id": "ada",
        "overall_mastery_score": 71.3,
        "last_activity_at": "2026-03-31T17:30:00.250000Z",
        "at_risk": True,
        "risk_factors": ["behind_pace_40_percent", "stuck_on_step_7_attempts"],
        "assignments": [
            {
                "assignment_id": "decimals",
                "status": "archived",
                "completion_percentage": 100.0,
                "mastery_score": 80.9,
                "pacing_status": "on_track",
                "colour": "green",
            },
            {
                "assignment_id": "fractions",
                "status": "in_progress",
                "completion_percentage": 33.33,
                "mastery_score": 61.7,
                "pacing_status": "at_risk",
                "colour": "red",
            },
        ],
    }
    assert (bob["student_id"], bob["at_risk"], bob["assignments"]) == ("bob", False, [])


def test_a_class_without_students_has_an_empty_roster(client: duckdb.DuckDBPyConnection) -> None:
    empty = body(client, "api.class_progress(?)", "7b")
    assert (empty["students"], empty["mean_completion"]) == (0, None)
    assert (empty["assignments"], empty["roster"]) == ([], [])


@pytest.mark.requirement("R003-167")
def test_an_organization_s_totals_trends_classes_and_content(
    client: duckdb.DuckDBPyConnection,
) -> None:
    north = answer(client, "organization_progress")
    totals = {name: value for name, value in north.items() if not isinstance(value, dict | list)}
    assert totals == {
        "organization_id": "north",
        "students": 3,
        "active_assignments": 1,
        "completion_rate": 0.333333333,
        "mean_mastery": 80.7,
        "active_students_7d": 2,
        "total_time_on_task_ms": 5_400_000,
        "at_risk_students": 1,
    }
    # Ada 4 days, Cy 9, Bob none: 13 / 2
    assert north["streaks"] == {"students": 2, "mean_days": 6.5, "longest_days": 9}
    points = {
        period: [(point["period_start"], point["mean_score"]) for point in trend]
        for period, trend in north["trends"].items()
    }
    assert points == {
        "week": [("2026-03-01", None), ("2026-03-29", 55.1)],
        "month": [("2026-03-01", 60.0)],
        "quarter": [("2026-01-01", 60.0)],
    }
    assert [school_class["class_id"] for school_class in north["classes"]] == ["7a", "7b"]
    # Only what the organization's students have, best completed first: nobody of north has `roots`.
    assert [
        (content["assignment_id"], content["completion_rate"])
        for content in north["content"]["assignments"]
    ] == [("fractions", 0.666666667), ("decimals", 0.25)]
    assert north["content"]["sequences"] == [
        {"sequence_id": "arithmetic", "assignments": 1, "completion_rate": 0.666666667}
    ]


def test_a_sequence_pools_its_assignments(published: Path, tmp_path: Path) -> None:
    """2 of 3 pairs and 0 of 1 are 2 of 4."""
    with copied(published, tmp_path) as connection:
        connection.execute(
            "update progress.assignment_progress set student_id = 'cy' where student_id = 'dee'"
        )
        sequences = answer(connection, "organization_progress")["content"]["sequences"]
    assert sequences == [{"sequence_id": "arithmetic", "assignments": 2, "completion_rate": 0.5}]


def test_an_organization_without_students_has_nothing_to_show(
    client: duckdb.DuckDBPyConnection,
) -> None:
    south = body(client, "api.organization_progress(?)", "south")
    assert south["streaks"] == {"students": 0, "mean_days": None, "longest_days": None}
    assert south["trends"] == {"week": [], "month": [], "quarter": []}
    assert south["content"] == {"assignments": [], "sequences": []}
    assert [school_class["class_id"] for school_class in south["classes"]] == ["9z"]


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        ("api.student_progress(?)", ("nobody",)),
        ("api.student_progress(?)", (None,)),
        ("api.assignment_progress(?, ?)", ("fractions", "bob")),
        ("api.assignment_progress(?, ?)", ("nothing", "ada")),
        ("api.class_progress(?)", ("nothing",)),
        ("api.organization_progress(?)", ("nothing",)),
    ],
)
def test_who_is_unknown_has_no_row(
    client: duckdb.DuckDBPyConnection, call: str, arguments: tuple[str | None, ...]
) -> None:
    assert bodies(client, call, *arguments) == []


def copied(published: Path, tmp_path: Path) -> duckdb.DuckDBPyConnection:
    """A copy of the file that may be changed."""
    copy = tmp_path / "cairn.duckdb"
    copy.write_bytes(published.read_bytes())
    return duckdb.connect(str(copy))


@pytest.mark.requirement("GX-15")
@pytest.mark.parametrize(
    ("stored", "percentage", "score"),
    [
        (33.333333333, 33.33, 33.3),
        (66.666666667, 66.67, 66.7),
        # Exactly half goes up, and 1.005 and 64.95 are less as DOUBLE.
        (1.005, 1.01, 1.0),
        (64.95, 64.95, 65.0),
        (64.949999999, 64.95, 64.9),
        (0.05, 0.05, 0.1),
        (0.0, 0.0, 0.0),
        (100.0, 100.0, 100.0),
        (None, None, None),
    ],
)
def test_percentages_have_two_decimals_and_scores_one(
    published: Path,
    tmp_path: Path,
    stored: float | None,
    percentage: float | None,
    score: float | None,
) -> None:
    with copied(published, tmp_path) as connection:
        for table in ROWS:
            doubles = connection.execute(
                "select column_name from duckdb_columns()"
                " where table_name = ? and data_type = 'DOUBLE'"
                " and (column_name like '%score' or column_name like '%percentage'"
                " or column_name like 'mean_%' or column_name = 'pass_rate')",
                [table],
            ).fetchall()
            for (column,) in doubles:
                connection.execute(f"update progress.{table} set {column} = ?", [stored])
        found: dict[str, set[float | None]] = {}
        for macro in CALLS:
            collect(answer(connection, macro), found)
    unrounded = {"consistency_score", "mean_attempts", "mean_time_on_task_ms", "mean_days"}
    percentages = {"completion_percentage", "mean_completion", "pass_rate"}
    scores = {
        "overall_mastery_score", "engagement_score", "average_score", "mastery_score", "best_score",
        "latest_score", "target_score", "original_score", "mean_mastery", "mean_score",
    }  # fmt: skip
    assert {name: found[name] - {None} for name in percentages} == {
        name: {percentage} - {None} for name in percentages
    }
    assert {name: found[name] - {None} for name in scores} == {
        name: {score} - {None} for name in scores
    }
    assert set(found) == percentages | scores | unrounded
    assert found["consistency_score"] == {stored}


def collect(answered: Any, found: dict[str, set[float | None]]) -> None:
    """The values of an answer's percentages, scores and means, by key."""
    if isinstance(answered, list):
        for element in answered:
            collect(element, found)
    elif isinstance(answered, dict):
        for key, value in answered.items():
            if isinstance(value, dict | list):
                collect(value, found)
            elif key.endswith(("score", "percentage", "pass_rate")) or key.startswith("mean_"):
                found.setdefault(key, set()).add(value)


def test_an_older_client_answers_the_same(
    published: Path, client: duckdb.DuckDBPyConnection
) -> None:
    shell = Path(sys.executable).with_name("duckdb")
    for call, arguments in CALLS.values():
        [expected] = bodies(client, call, *arguments)
        for argument in arguments:
            call = call.replace("?", f"'{argument}'", 1)
        done = subprocess.run(
            [
                shell,
                "-readonly",
                "-list",
                "-noheader",
                published,
                f"select to_json(r) from {call} r",
            ],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == expected
