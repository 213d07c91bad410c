"""A small team whose every number can be worked out by eye, built once per test session.

It is Wednesday 2026-04-01, 00:00 UTC. `harbor` has five members, `pier` one.

- ann: 93.0 in January; in March 64.5, 74.833333333 and the same again: one task late, one without a due date that
  states nothing. On time 2/3, skill 0.85, difficulty 0.8, 3 hours, (1 - 1.375 + 2) / 3 days early.
- gil: ten tasks on time in the week from 03-08, each of difficulty 9 and skill match 1: 98.0 from the first on.
- ben and eve: one task on time, 0.5 and 5: 75.0; eve's exactly ten days ago. cem: one late task in January: 25.0.
- dee has completed nothing. `lone` of pier, at this very moment, nia of no organization, ada, who is an admin, and
  ghost, who is nobody in `users`, have one completion that states nothing: 50.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets_tests.dbt.harness import AS_OF, Row, connect, failures, make_warehouse, run_dbt

NOTHING: Row = {"difficulty": None, "skill_match": None, "due_at": None}


def at(month: int, day: int, hour: int = 12) -> datetime:
    """An hour of a day of 2026."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


def task(
    name: str,
    user_id: str,
    completed_at: datetime,
    early: timedelta = timedelta(days=1),
    hours: float | None = 1,
    **stated: Any,
) -> tuple[Row, Row]:
    """An assignment, due so much after its completion, and the event that completes it."""
    assignment = {
        "task_assignment_id": name,
        "task_id": name,
        "user_id": user_id,
        "assigned_at": completed_at - timedelta(days=1),
        "due_at": completed_at + early,
        "difficulty": 5.0,
        "skill_match": 0.5,
    }
    event = {
        "task_event_id": name,
        "task_assignment_id": name,
        "event_type": "completed",
        "actual_hours": hours,
        "occurred_at": completed_at,
    }
    return assignment | stated, event


def team_rows() -> dict[str, list[Row]]:
    """What lies in `raw`."""
    late = timedelta(hours=-33)
    tasks = [
        task("ann-1", "ann", at(1, 5), hours=4, difficulty=8.0, skill_match=0.9),
        task("ann-2", "ann", at(3, 10, 9), late, hours=None, difficulty=6.0, skill_match=0.8),
        task("ann-3", "ann", at(3, 10, 15), timedelta(days=2), hours=2, difficulty=10.0, skill_match=None),
        task("ann-4", "ann", at(3, 20), hours=None, **NOTHING),
        task("ben-1", "ben", at(3, 25)),
        task("cem-1", "cem", at(1, 10), late),
        task("eve-1", "eve", at(3, 22, 0)),
        *(
            task(f"gil-{number:02}", "gil", at(3, 9, number), difficulty=9.0, skill_match=1.0)
            for number in range(1, 11)
        ),
        task("lone-1", "lone", AS_OF, hours=None, **NOTHING),
        *(task(f"{user}-1", user, at(3, 30), hours=None, **NOTHING) for user in ("nia", "ada", "ghost")),
    ]  # fmt: skip
    users = [
        *({"user_id": user, "organization_id": "harbor"} for user in ("ben", "cem", "dee", "eve", "gil")),
        {"user_id": "ann", "organization_id": "harbor", "experience_level": 7},
        {"user_id": "ada", "organization_id": "harbor", "role": "admin"},
        {"user_id": "lone", "organization_id": "pier"},
        {"user_id": "nia"},
    ]  # fmt: skip
    return {
        "users": [user | {"username": str(user["user_id"]).title()} for user in users],
        "task_assignments": [assignment for assignment, _ in tasks],
        "task_events": [event for _, event in tasks],
    }


def build(path: Path, rows: dict[str, list[Row]]) -> Path:
    """A warehouse with `rows` in `raw` and the seeds and marts of the domain made of them."""
    make_warehouse(path, rows)
    result = run_dbt(
        path, "build", "--select", "+path:models/marts/performance", "--exclude-resource-type", "unit_test"
    )  # fmt: skip
    assert failures(result) == []
    return path


@pytest.fixture(scope="session")
def team_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The team, built; read it, but leave it as it is."""
    return build(tmp_path_factory.mktemp("performance") / "warehouse.duckdb", team_rows())


@pytest.fixture
def team(team_warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the team, in a transaction that is rolled back: what a test breaks stays broken for nobody."""
    with connect(team_warehouse) as connection:
        connection.begin()
        yield connection
        connection.rollback()
