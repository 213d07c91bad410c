"""The published tables of progress as their marts declare them, filled by hand with one small school.

Belongs here: what readers of a published file meet. Not here: how the numbers come about.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

from assets_tests.dbt.harness import AS_OF
from pipelines.dbt import manifest
from pipelines.marts import ROLES, read_marts
from pipelines.publish.database import API, read_macros, write_database
from pipelines.publish.tables import write_tables
from pipelines.publish.unchanged import Unchanged
from pipelines.run import Run
from pipelines.settings import Settings

SHAPES = Path(__file__).parent / "shapes"
MACROS = ("student_progress", "assignment_progress", "class_progress", "organization_progress")

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


def warehouse(path: Path) -> Path:
    """A warehouse with the school in the marts' declared columns."""
    declared = manifest()["nodes"]
    with duckdb.connect(str(path)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("create schema progress")
        for table, rows in ROWS.items():
            columns = ", ".join(
                f"{column['name']} {column['data_type']}"
                for column in declared[f"model.cairn.{table}"]["columns"].values()
            )
            connection.execute(f"create table progress.{table} ({columns})")
            for row in rows:
                values = ", ".join(f"? as {name}" for name in row)
                connection.execute(
                    f"insert into progress.{table} by name select {values}", list(row.values())
                )
    return path


def publish(folder: Path) -> dict[str, list[str]]:
    """Publish the school as `<folder>/<role>/cairn.duckdb`; the macros of the domain that each role got."""
    school = warehouse(folder / "warehouse.duckdb")
    marts = [mart for mart in read_marts(manifest()) if mart.name in ROWS]
    with duckdb.connect(str(school)) as connection:
        tables = write_tables(
            connection,
            folder,
            marts,
            key=b"of this test",
            unchanged=Unchanged(folder, {}),
            measured={},
        )
    settings = Settings(data=folder)
    run = Run("run", 1, AS_OF, "a" * 64, "c" * 64)
    macros = {name: sql for name, sql in read_macros(API).items() if name in MACROS}
    return {role: write_database(settings, folder, role, tables, run, macros) for role in ROLES}


def shape(macro: str) -> Any:
    """The documented response of a macro, with values of the documented kinds."""
    return json.loads((SHAPES / f"{macro}.json").read_text())
