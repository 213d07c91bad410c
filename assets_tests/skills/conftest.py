"""A small world of projects whose every signal can be counted by eye, built once per test session.

It is Wednesday 2026-04-01, 00:00 UTC. The project `camera` declares `python` and `vision` from the beginning and `sql`
from March 10 on; `bare` declares nothing; `help` declares `writing`, a skill that was deleted on March 20.

- Ann (of `harbor`) joined camera on March 2, wrote updates on March 3 and 28, and completed it on March 30.
- Ben (of `harbor`) joined camera on February 4 and March 24, and bare on March 24.
- Cem (of no organization) wrote 25 updates on help on March 1, an hour and less apart, and one after the deletion.
- Dee (of `fjord`) only had mentorship: two technical sessions, one about camera.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from assets_tests.dbt.harness import Row, connect, failures, make_warehouse, run_dbt


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def _event(number: int, project: str, user: str, event_type: str, moment: datetime) -> Row:
    return {
        "project_event_id": f"e{number}",
        "project_id": project,
        "user_id": user,
        "event_type": event_type,
        "occurred_at": moment,
    }


def _update(number: int, project: str, user: str, moment: datetime) -> Row:
    return {
        "progress_update_id": f"u{number}",
        "project_id": project,
        "user_id": user,
        "content": "Learned Rust and Kubernetes.",
        "occurred_at": moment,
    }


def _session(number: int, intern: str, project: str | None) -> Row:
    return {
        "mentorship_session_id": f"m{number}",
        "intern_id": intern,
        "mentor_id": "kim",
        "session_focus": "python, vision, sql",
        "project_id": project,
        "status": "completed",
        "occurred_at": at(3, 10 + number),
    }


def example_rows() -> dict[str, list[Row]]:
    """What lies in `raw`."""
    skills = {
        "python": ("Python", "programming"),
        "vision": ("Machine vision", "robotics"),
        "sql": ("SQL", "programming"),
        "writing": ("Technical writing", None),
    }
    return {
        "users": [
            {"user_id": "ann", "username": "Ann", "organization_id": "harbor"},
            {"user_id": "ben", "username": "Ben", "organization_id": "harbor"},
            {"user_id": "cem", "username": "Cem"},
            {"user_id": "dee", "username": "Dee", "organization_id": "fjord"},
        ],
        "skills": [
            *(
                {"skill_id": skill_id, "skill_name": name, "category": category}
                for skill_id, (name, category) in skills.items()
            ),
            {"skill_id": "vision", "skill_name": "Computer vision", "category": "robotics", "effective_at": at(3, 15)},
            {"skill_id": "writing", "effective_at": at(3, 20), "is_deleted": True},
        ],
        "projects": [
            {"project_id": "camera", "name": "Camera", "metadata": '{"skill_ideas": ["leadership", "sql"]}'},
            {"project_id": "bare", "name": "Bare", "metadata": '{"skill_ideas": ["python"]}'},
            {"project_id": "help", "name": "Help"},
        ],
        "project_skills": [
            {"project_id": "camera", "skill_id": "python"},
            {"project_id": "camera", "skill_id": "vision"},
            {"project_id": "camera", "skill_id": "sql", "effective_at": at(3, 10, 0)},
            {"project_id": "help", "skill_id": "writing"},
        ],
        "project_events": [
            _event(1, "camera", "ann", "joined", at(3, 2)),
            _event(2, "camera", "ann", "completed", at(3, 30)),
            _event(3, "camera", "ben", "joined", at(2, 4)),
            _event(4, "camera", "ben", "joined", at(3, 24)),
            _event(5, "bare", "ben", "joined", at(3, 24)),
        ],
        "progress_updates": [
            _update(1, "camera", "ann", at(3, 3)),
            _update(2, "camera", "ann", at(3, 28)),
            *(
                _update(10 + number, "help", "cem", at(3, 1, 12) + timedelta(minutes=30 * (number // 2)))
                for number in range(25)
            ),
            _update(40, "help", "cem", at(3, 21)),
        ],
        "mentorship_sessions": [_session(1, "dee", "camera"), _session(2, "dee", None)],
    }  # fmt: skip


@pytest.fixture(scope="session")
def example_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, built by dbt; read it, but leave it as it is. dbt's target folder lies beside it."""
    path = make_warehouse(tmp_path_factory.mktemp("skills") / "warehouse.duckdb", example_rows())
    # The macros find in user_performance who is known.
    selected = ("--select", "+path:models/marts/skills", "+user_performance")
    result = run_dbt(path, "build", *selected, "--exclude-resource-type", "unit_test")
    assert failures(result) == []
    return path


@pytest.fixture
def example(example_warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the example, in a transaction that is rolled back."""
    with connect(example_warehouse) as connection:
        connection.begin()
        yield connection
        connection.rollback()
