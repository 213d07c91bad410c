"""From signals to answers: the read endpoints of progress on the marts that dbt makes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from assets_tests.api import body, differences_of_shape, published_file
from assets_tests.dbt.harness import AS_OF, Row, failures, make_warehouse, run_dbt
from assets_tests.progress.published_tables import MACROS, shape

pytestmark = pytest.mark.slow

READ = (
    "student_progress_summary",
    "assignment_progress",
    "step_progress",
    "class_progress",
    "class_summary",
    "organization_progress",
    "organization_progress_trend",
    "content_effectiveness",
)


def at(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def event(step: str, day: datetime, **values: object) -> Row:
    """An event of Ada's."""
    return {
        "step_event_id": f"{step}-{day:%d%H}",
        "step_id": step,
        "student_id": "ada",
        "event_type": "attempted" if "score" in values else "started",
        "occurred_at": day,
        "time_on_task_ms": 30_000,
        **values,
    }


# Half of the sixty days of `fractions` have passed when Ada has one of its three steps.
WORLD: dict[str, list[Row]] = {
    "organizations": [{"organization_id": "north", "name": "North"}],
    "users": [
        {"user_id": name, "username": name, "organization_id": "north"} for name in ("ada", "bob")
    ],
    "classes": [{"class_id": "7a", "organization_id": "north", "teacher_id": "tess"}],
    "class_students": [{"class_id": "7a", "student_id": name} for name in ("bob", "ada")],
    "sequences": [{"sequence_id": "arithmetic", "title": "Arithmetic"}],
    "assignments": [
        {
            "assignment_id": "fractions",
            "sequence_id": "arithmetic",
            "created_at": at(3, 2),
            "due_at": at(5, 1),
        }
    ],
    "steps": [
        {
            "step_id": step,
            "assignment_id": "fractions",
            "position": position,
            "stage": stage,
            "target_score": target,
        }
        for position, (step, stage, target) in enumerate(
            (("z-learn", "learn", 80), ("m-quiz", "quiz", 60), ("a-challenge", "challenge", None))
        )
    ],
    "assignment_students": [{"assignment_id": "fractions", "student_id": "ada"}],
    "step_events": [
        event("z-learn", at(3, 10, 8), session_id="s1"),
        event("z-learn", at(3, 10, 9), session_id="s1", score=90),
        event("m-quiz", at(3, 30, 10), session_id="s2", score=50),
    ],
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("progress")
    warehouse = make_warehouse(folder / "warehouse.duckdb", WORLD)
    result = run_dbt(
        warehouse, "build", "--select", *(f"+{mart}" for mart in READ), "--exclude-resource-type", "unit_test"
    )  # fmt: skip
    assert failures(result) == []
    tables = [f"progress.{table}" for table in READ]
    return published_file(folder / "cairn.duckdb", warehouse, tables, MACROS, AS_OF)


@pytest.mark.requirement("R003-06", "R003-67", "R003-82")
def test_a_student_s_summary(client: duckdb.DuckDBPyConnection) -> None:
    assert body(client, "api.student_progress(?)", "ada") == {
        "student_id": "ada",
        "organization_id": "north",
        "active_assignments": 1,
        "completed_assignments": 0,
        "total_time_on_task_ms": 90_000,
        # The week began on Sunday, 29 March.
        "steps_completed_this_week": 0,
        "time_on_task_this_week_ms": 30_000,
        "games_played_this_week": 0,
        # (0.5 x 90 + 2 x 50 + 1.5 x 0) / 4 = 36.25, half up
        "overall_mastery_score": 36.3,
        "concepts_mastered_count": 0,
        "badges_earned": 0,
        "last_activity_at": "2026-03-30T10:00:00.000000Z",
        "streak_days": 0,
        # 2 of 30 days
        "engagement_score": 6.7,
        "at_risk": False,
        "risk_factors": [],
    }


@pytest.mark.requirement("R003-30", "R003-162")
def test_an_assignment_with_its_steps(client: duckdb.DuckDBPyConnection) -> None:
    assignment = body(client, "api.assignment_progress(?, ?)", "fractions", "ada")
    steps = assignment.pop("steps")
    assert assignment == {
        "assignment_id": "fractions",
        "student_id": "ada",
        "status": "in_progress",
        "completion_percentage": 33.33,
        "steps_total": 3,
        "steps_required": 3,
        "steps_completed": 1,
        "steps_in_progress": 1,
        "steps_locked": 1,
        "started_at": "2026-03-10T08:00:00.000000Z",
        "completed_at": None,
        # 1 step in 4 weeks, 2 remain: 56 days
        "estimated_completion_date": "2026-05-27",
        "time_on_task_ms": 90_000,
        "average_score": 90.0,
        "mastery_score": 36.3,
        "pass_rate": 50.0,
        "next_step_id": "m-quiz",
        "next_step_due_at": None,
        "steps_per_week": 0.25,
        # 33.33 is 16.67 below the expected 50
        "pacing_status": "behind",
    }
    assert [(step["step_id"], step["state"], step["mastery_level"]) for step in steps] == [
        ("z-learn", "complete", "proficient"),
        ("m-quiz", "in_progress", "proficient"),
        ("a-challenge", "locked", "not_started"),
    ]
    assert (steps[0]["session_count"], steps[0]["completion_source"]) == (1, "fresh_attempt")


@pytest.mark.requirement("R003-163", "R003-164", "R003-165")
def test_a_class_is_a_grid(client: duckdb.DuckDBPyConnection) -> None:
    school_class = body(client, "api.class_progress(?)", "7a")
    assert (school_class["students"], school_class["mean_completion"]) == (2, 33.33)
    [fractions] = school_class["assignments"]
    assert (fractions["students"], fractions["behind"], fractions["complete"]) == (1, 1, 0)
    ada, bob = school_class["roster"]
    assert ada["assignments"] == [
        {
            "assignment_id": "fractions",
            "status": "in_progress",
            "completion_percentage": 33.33,
            "mastery_score": 36.3,
            "pacing_status": "behind",
            "colour": "orange",
        }
    ]
    assert (bob["student_id"], bob["at_risk"], bob["assignments"]) == ("bob", False, [])


@pytest.mark.requirement("R003-167")
def test_an_organization_for_its_administrators(client: duckdb.DuckDBPyConnection) -> None:
    north = body(client, "api.organization_progress(?)", "north")
    assert (north["students"], north["active_assignments"], north["completion_rate"]) == (2, 1, 0)
    assert (north["active_students_7d"], north["total_time_on_task_ms"]) == (1, 90_000)
    assert north["streaks"] == {"students": 0, "mean_days": None, "longest_days": None}
    assert [tuple(point.values()) for point in north["trends"]["week"]] == [
        ("2026-03-08", 1, 1, 60_000, 90.0),
        ("2026-03-29", 1, 0, 30_000, 50.0),
    ]
    assert [tuple(point.values()) for point in north["trends"]["quarter"]] == [
        ("2026-01-01", 1, 1, 90_000, 70.0)
    ]
    assert [school_class["class_id"] for school_class in north["classes"]] == ["7a"]
    [content] = north["content"]["assignments"]
    assert (content["students"], content["mean_score"], content["mean_attempts"]) == (1, 90, 1)


@pytest.mark.requirement("R003-06")
@pytest.mark.parametrize(
    ("macro", "arguments"),
    [
        ("student_progress", ["ada"]),
        ("assignment_progress", ["fractions", "ada"]),
        ("class_progress", ["7a"]),
        ("organization_progress", ["north"]),
    ],
)
def test_the_marts_give_the_documented_shapes(
    client: duckdb.DuckDBPyConnection, macro: str, arguments: list[str]
) -> None:
    marks = ", ".join("?" for _ in arguments)
    assert (
        differences_of_shape(shape(macro), body(client, f"api.{macro}({marks})", *arguments)) == []
    )
