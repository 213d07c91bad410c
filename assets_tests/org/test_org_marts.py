"""The marts of `org`, from landed rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import duckdb
import pytest

from assets_tests.dbt.harness import connect, failures, make_warehouse, run_dbt

pytestmark = pytest.mark.slow

ROWS = {
    "organizations": [{"organization_id": "o1", "name": "Ridge", "timezone": "Europe/Berlin"}],
    "users": [
        {"user_id": "ada", "username": "Ada", "email": "ada@example.org", "organization_id": "o1"},
        {"user_id": "bob", "username": "Bob", "role": "teacher", "experience_level": 7},
        {"user_id": "eve", "username": "Eve"},
        {"user_id": "eve", "is_deleted": True, "effective_at": datetime(2026, 3, 1, tzinfo=UTC)},
    ],
    # Saturday 2026-02-28, 23:59:59 UTC, is the last second of the week that begins on the 22nd.
    "badge_awards": [
        {
            "badge_award_id": "1",
            "student_id": "ada",
            "badge": "star",
            "occurred_at": datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC),
        }
    ],
    # Sunday 2026-03-08, 00:00 UTC, begins a week; the event in 2027 is after as_of and widens nothing.
    "progress_updates": [
        {
            "progress_update_id": str(year),
            "project_id": "p",
            "user_id": "ada",
            "content": "done",
            "occurred_at": datetime(year, 3, 8, tzinfo=UTC),
        }
        for year in (2026, 2027)
    ],
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    path = make_warehouse(tmp_path_factory.mktemp("org") / "warehouse.duckdb", ROWS)
    assert failures(run_dbt(path, "run", "--select", "+path:models/marts/org")) == []
    with connect(path) as connection:
        yield connection


def test_users_are_those_in_force_with_defaults_and_without_addresses(
    world: duckdb.DuckDBPyConnection,
) -> None:
    users = world.sql("select * from org.users order by user_id")
    assert users.columns == ["user_id", "username", "organization_id", "role", "experience_level"]
    assert users.fetchall() == [
        ("ada", "Ada", "o1", "student", 1),
        ("bob", "Bob", None, "teacher", 7),
    ]


def test_organizations_are_those_in_force(world: duckdb.DuckDBPyConnection) -> None:
    assert world.sql("select * from org.organizations").fetchall() == [
        ("o1", "Ridge", "Europe/Berlin")
    ]


@pytest.mark.requirement("R000-18", "R000-19")
def test_weeks_run_from_sunday_to_saturday_from_the_first_to_the_last_event(
    world: duckdb.DuckDBPyConnection,
) -> None:
    assert world.sql("select * from org.weeks order by week_start").fetchall() == [
        (date(2026, 2, 22), date(2026, 2, 28)),
        (date(2026, 3, 1), date(2026, 3, 7)),
        (date(2026, 3, 8), date(2026, 3, 14)),
    ]
