"""The published tables that the `api` macros of progress read, as marts.md declares them, filled by hand.

Belongs here: their columns and one small school to read. Not here: how the numbers come about.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from assets_tests.dbt.harness import AS_OF
from pipelines.marts import ROLES, Mart, MartColumn
from pipelines.publish.database import API, read_macros, write_database
from pipelines.publish.tables import write_tables
from pipelines.run import Run
from pipelines.settings import Settings

MACROS = ("student_progress", "assignment_progress", "class_progress", "organization_progress")

DDL = """
create schema progress;
create table progress.student_progress_summary (
    student_id varchar, organization_id varchar, risk_factors varchar[],
    active_assignments bigint, completed_assignments bigint, total_time_on_task_ms bigint,
    steps_completed_this_week bigint, time_on_task_this_week_ms bigint, games_played_this_week bigint,
    overall_mastery_score double, concepts_mastered_count bigint, badges_earned bigint, streak_days bigint,
    engagement_score double, at_risk boolean, last_activity_at timestamptz
);
create table progress.assignment_progress (
    assignment_id varchar, student_id varchar, sequence_id varchar, status varchar, pacing_status varchar,
    colour varchar, next_step_id varchar, completion_percentage double, steps_total bigint, steps_required bigint,
    steps_completed bigint, steps_in_progress bigint, steps_locked bigint, time_on_task_ms bigint,
    average_score double, mastery_score double, pass_rate double, steps_per_week double,
    expected_percentage double, estimated_completion_date date, started_at timestamptz, completed_at timestamptz,
    next_step_due_at timestamptz, due_at timestamptz
);
create table progress.step_progress (
    step_id varchar, student_id varchar, assignment_id varchar, state varchar, mastery_level varchar,
    completion_source varchar, target_source varchar, original_context varchar, position bigint,
    attempt_count bigint, best_score double, latest_score double, target_score double, consistency_score double,
    original_score double, session_count bigint, time_on_task_ms bigint, passed boolean, is_removed boolean,
    started_at timestamptz, completed_at timestamptz, last_activity_at timestamptz, reconciled_at timestamptz
);
create table progress.class_progress (
    class_id varchar, assignment_id varchar, students bigint, mean_completion double, mean_mastery double,
    ahead bigint, on_track bigint, behind bigint, at_risk bigint, complete bigint
);
create table progress.class_summary (
    class_id varchar, organization_id varchar, student_ids varchar[], students bigint, active_assignments bigint,
    mean_completion double, mean_mastery double, at_risk_students bigint, last_activity_at timestamptz
);
create table progress.organization_progress (
    organization_id varchar, students bigint, active_assignments bigint, completion_rate double,
    mean_mastery double, active_students_7d bigint, total_time_on_task_ms bigint, at_risk_students bigint
);
create table progress.organization_progress_trend (
    organization_id varchar, period varchar, active_students bigint, steps_completed bigint,
    time_on_task_ms bigint, mean_score double, period_start date
);
create table progress.content_effectiveness (
    assignment_id varchar, sequence_id varchar, students bigint, completion_rate double, mean_score double,
    mean_attempts double, mean_time_on_task_ms double, stuck_students bigint
);
create table progress.concept_mastery (
    student_id varchar, concept_id varchar, mastery_level varchar, best_score double, attempts bigint,
    last_activity_at timestamptz
);
create table progress.student_activity (
    student_id varchar, activity_date date, steps_completed bigint, attempts bigint, time_on_task_ms bigint
);
create table progress.interventions (
    student_id varchar, risk_date date, risk_factors varchar[], teacher_ids varchar[],
    recommended_concepts varchar[], recommended_games varchar[], offer varchar, audience varchar[]
);
create table progress.progress_events (
    event_id varchar, event varchar, student_id varchar, assignment_id varchar, sequence_id varchar,
    step_id varchar, properties varchar, occurred_at timestamptz
);
"""

# Who gets which of these tables, and without which columns.
VISIBILITY = {
    "student_progress_summary": ("student", "teacher", "admin"),
    "assignment_progress": ("student", "teacher", "admin"),
    "step_progress": ("teacher", "admin"),
    "class_progress": ("teacher", "admin"),
    "class_summary": ("teacher", "admin"),
    "organization_progress": ("admin", "ai"),
    "organization_progress_trend": ("admin", "ai"),
    "content_effectiveness": ("teacher", "admin", "ai"),
    "concept_mastery": ("student", "teacher", "admin"),
    "student_activity": ("student", "teacher", "admin"),
    "interventions": ("teacher", "admin"),
    "progress_events": ("teacher", "admin"),
}
HIDDEN_FROM_STUDENTS = {"at_risk", "risk_factors", "pacing_status", "colour", "expected_percentage"}

# Ada and Bob are in class 7a of the school `north`, Cy is in no class. Bob has nothing to do yet.
ROWS: dict[str, list[dict[str, Any]]] = {
    "student_progress_summary": [
        {
            "student_id": "ada",
            "organization_id": "north",
            "risk_factors": ["behind_pace_40_percent", "stuck_on_step_7_attempts"],
            "active_assignments": 1,
            "completed_assignments": 1,
            "total_time_on_task_ms": 5_400_000,
            "steps_completed_this_week": 2,
            "time_on_task_this_week_ms": 600_000,
            "games_played_this_week": 3,
            "overall_mastery_score": 71.25,
            "concepts_mastered_count": 1,
            "badges_earned": 2,
            "streak_days": 4,
            "engagement_score": 43.333333333,
            "at_risk": True,
            "last_activity_at": "2026-03-31 17:30:00.25+00",
        },
        {
            "student_id": "bob",
            "organization_id": "north",
            "risk_factors": [],
            "active_assignments": 0,
            "completed_assignments": 0,
            "total_time_on_task_ms": 0,
            "steps_completed_this_week": 0,
            "time_on_task_this_week_ms": 0,
            "games_played_this_week": 0,
            "concepts_mastered_count": 0,
            "badges_earned": 0,
            "streak_days": 0,
            "engagement_score": 0,
            "at_risk": False,
        },
        {
            "student_id": "cy",
            "organization_id": "north",
            "risk_factors": [],
            "overall_mastery_score": 90,
            "streak_days": 9,
            "engagement_score": 100,
            "at_risk": False,
        },
    ],
    "assignment_progress": [
        {
            "assignment_id": "fractions",
            "student_id": "ada",
            "sequence_id": "arithmetic",
            "status": "in_progress",
            "pacing_status": "at_risk",
            "colour": "red",
            "next_step_id": "z-quiz",
            "completion_percentage": 33.333333333,
            "steps_total": 4,
            "steps_required": 3,
            "steps_completed": 1,
            "steps_in_progress": 1,
            "steps_locked": 1,
            "time_on_task_ms": 5_000_000,
            "average_score": 92.5,
            "mastery_score": 61.666666667,
            "pass_rate": 66.666666667,
            "steps_per_week": 0.25,
            "expected_percentage": 73.5,
            "estimated_completion_date": "2026-05-27",
            "started_at": "2026-03-02 08:00:00+00",
            "next_step_due_at": "2026-04-05 23:59:59.999999+00",
            "due_at": "2026-04-20 00:00:00+00",
        },
        {
            "assignment_id": "decimals",
            "student_id": "ada",
            "status": "archived",
            "pacing_status": "on_track",
            "colour": "green",
            "completion_percentage": 100,
            "steps_total": 0,
            "mastery_score": 80.85,
        },
        {"assignment_id": "fractions", "student_id": "cy", "sequence_id": "arithmetic"},
        {"assignment_id": "roots", "student_id": "dee", "sequence_id": "arithmetic"},
    ],
    "step_progress": [
        {
            "step_id": "z-quiz",
            "student_id": "ada",
            "assignment_id": "fractions",
            "state": "in_progress",
            "mastery_level": "learning",
            "target_source": "step",
            "position": 1,
            "attempt_count": 7,
            "best_score": 55.05,
            "latest_score": 40,
            "target_score": 80,
            "consistency_score": 0.123456789,
            "session_count": 2,
            "time_on_task_ms": 4_000_000,
            "passed": False,
            "is_removed": False,
            "started_at": "2026-03-03 08:00:00+00",
            "last_activity_at": "2026-03-31 17:30:00.25+00",
        },
        {
            "step_id": "a-review",
            "student_id": "ada",
            "assignment_id": "fractions",
            "state": "locked",
            "mastery_level": "not_started",
            "target_source": "step",
            "position": 2,
            "attempt_count": 0,
            "target_score": 60,
            "session_count": 0,
            "time_on_task_ms": 0,
            "passed": False,
            "is_removed": False,
        },
        {
            "step_id": "m-learn",
            "student_id": "ada",
            "assignment_id": "fractions",
            "state": "complete",
            "mastery_level": "proficient",
            "completion_source": "free_play_reconciled",
            "target_source": "step",
            "original_context": "all_games",
            "position": 0,
            "attempt_count": 0,
            "best_score": 92.45,
            "latest_score": 92.45,
            "target_score": 90,
            "original_score": 92.45,
            "session_count": 0,
            "time_on_task_ms": 1_000_000,
            "passed": True,
            "is_removed": False,
            "completed_at": "2026-03-02 08:00:00+00",
            "reconciled_at": "2026-03-02 08:00:00+00",
        },
        {
            "step_id": "old",
            "student_id": "ada",
            "assignment_id": "fractions",
            "state": "complete",
            "position": 0,
            "is_removed": True,
        },
    ],
    "class_progress": [
        {
            "class_id": "7a",
            "assignment_id": assignment_id,
            "students": 1,
            "mean_completion": completion,
            "mean_mastery": mastery,
            "ahead": 0,
            "on_track": on_track,
            "behind": 0,
            "at_risk": at_risk,
            "complete": on_track,
        }
        for assignment_id, completion, mastery, on_track, at_risk in (
            ("fractions", 33.333333333, 61.666666667, 0, 1),
            ("decimals", 100, 80.85, 1, 0),
        )
    ],
    "class_summary": [
        {
            "class_id": "7a",
            "organization_id": "north",
            "student_ids": ["ada", "bob"],
            "students": 2,
            "active_assignments": 1,
            "mean_completion": 33.335,
            "mean_mastery": 71.25,
            "at_risk_students": 1,
            "last_activity_at": "2026-03-31 17:30:00.25+00",
        },
        {
            "class_id": "7b",
            "organization_id": "north",
            "student_ids": [],
            "students": 0,
            "active_assignments": 0,
            "at_risk_students": 0,
        },
        {"class_id": "9z", "organization_id": "south", "student_ids": [], "students": 0},
    ],
    "organization_progress": [
        {
            "organization_id": "north",
            "students": 3,
            "active_assignments": 1,
            "completion_rate": 0.333333333,
            "mean_mastery": 80.65,
            "active_students_7d": 2,
            "total_time_on_task_ms": 5_400_000,
            "at_risk_students": 1,
        },
        {
            "organization_id": "south",
            "students": 0,
            "active_assignments": 0,
            "active_students_7d": 0,
            "total_time_on_task_ms": 0,
            "at_risk_students": 0,
        },
    ],
    "organization_progress_trend": [
        {
            "organization_id": "north",
            "period": period,
            "active_students": 2,
            "steps_completed": 1,
            "time_on_task_ms": 1_000,
            "mean_score": score,
            "period_start": start,
        }
        for period, start, score in (
            ("week", "2026-03-29", 55.05),
            ("week", "2026-03-01", None),
            ("month", "2026-03-01", 60),
            ("quarter", "2026-01-01", 60),
        )
    ],
    "content_effectiveness": [
        {
            "assignment_id": assignment_id,
            "sequence_id": sequence_id,
            "students": students,
            "completion_rate": rate,
            "mean_score": 92.45,
            "mean_attempts": 2.5,
            "mean_time_on_task_ms": 1_500.5,
            "stuck_students": 1,
        }
        for assignment_id, sequence_id, students, rate in (
            ("decimals", None, 4, 0.25),
            ("fractions", "arithmetic", 3, 0.666666667),
            ("roots", "arithmetic", 1, 0.0),
        )
    ],
    "concept_mastery": [
        {
            "student_id": "ada",
            "concept_id": concept_id,
            "mastery_level": level,
            "best_score": score,
            "attempts": 7,
            "last_activity_at": "2026-03-31 17:30:00.25+00",
        }
        for concept_id, level, score in (
            ("halves", "mastered", 92.45),
            ("thirds", "learning", 55.05),
        )
    ],
    "student_activity": [
        {
            "student_id": "ada",
            "activity_date": "2026-03-31",
            "steps_completed": 0,
            "attempts": 7,
            "time_on_task_ms": 600_000,
        }
    ],
    "interventions": [
        {
            "student_id": "ada",
            "risk_date": "2026-03-30",
            "risk_factors": ["behind_pace_40_percent"],
            "teacher_ids": ["tess"],
            "recommended_concepts": ["thirds"],
            "recommended_games": [],
            "offer": "extend_due_dates",
            "audience": ["parent", "teacher"],
        }
    ],
    "progress_events": [
        {
            "event_id": f"e{number}",
            "event": "step_progress_updated",
            "student_id": "ada",
            "assignment_id": "fractions",
            "step_id": "z-quiz",
            "properties": f'{{"score_achieved":{score}}}',
            "occurred_at": f"2026-03-31 1{number}:00:00+00",
        }
        for number, score in enumerate(("40.5", "55.05", "null"))
    ],
}


def fill(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the tables of a school in a connection."""
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(DDL)
    for table, rows in ROWS.items():
        for row in rows:
            connection.execute(
                f"insert into progress.{table} by name select "
                + ", ".join(f"? as {name}" for name in row),
                list(row.values()),
            )


def warehouse(path: Path) -> Path:
    """A warehouse of these tables."""
    with duckdb.connect(str(path)) as connection:
        fill(connection)
    return path


def publish(folder: Path) -> dict[str, list[str]]:
    """Publish the school as `<folder>/<role>/cairn.duckdb`; the macros that each role got."""
    with duckdb.connect(str(warehouse(folder / "warehouse.duckdb"))) as connection:
        marts = [_mart(connection, table) for table in VISIBILITY]
        tables = write_tables(connection, folder, marts)
    settings = Settings(data=folder)
    run = Run("run", 1, AS_OF, "a" * 64, "c" * 64)
    macros = {name: sql for name, sql in read_macros(API).items() if name in MACROS}
    return {role: write_database(settings, folder, role, tables, run, macros) for role in ROLES}


def _mart(connection: duckdb.DuckDBPyConnection, table: str) -> Mart:
    columns = connection.sql(f"from progress.{table}").columns
    return Mart(
        domain="progress",
        name=table,
        description=table,
        grain=tuple(columns),
        columns=tuple(MartColumn(name, name, frozenset(hidden_from(name))) for name in columns),
        visibility=VISIBILITY[table],
        visible_rows={},
        has_fingerprint=True,
    )


def hidden_from(column: str) -> set[str]:
    """The roles that get a table without the column."""
    return {"student"} if column in HIDDEN_FROM_STUDENTS else set()
