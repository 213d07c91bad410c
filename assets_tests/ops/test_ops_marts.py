"""The marts of `ops`, from landed rows and the ledger's accounting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest

from assets_tests.dbt.harness import connect, failures, insert, make_warehouse, run_dbt
from pipelines.contracts import CONTRACTS

pytestmark = pytest.mark.slow

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 1, tzinfo=UTC)
AFTER_AS_OF = datetime(2026, 5, 1, tzinfo=UTC)


def step_event(key: str, step: str) -> dict[str, Any]:
    return {
        "step_event_id": key,
        "step_id": step,
        "student_id": "ada",
        "event_type": "started",
        "occurred_at": MARCH,
    }


ROWS: dict[str, list[dict[str, Any]]] = {
    "users": [{"user_id": "ada", "username": "Ada", "organization_id": "nowhere"}],
    "task_assignments": [
        # Its internship never landed: that is optional, so unresolved; so is its unknown user.
        {
            "task_assignment_id": "t1",
            "task_id": "1",
            "user_id": "ghost",
            "internship_instance_id": "i9",
            "assigned_at": MARCH,
        },
        # In force from February, deleted in March.
        {
            "task_assignment_id": "t2",
            "task_id": "2",
            "user_id": "ada",
            "assigned_at": MARCH,
            "effective_at": FEBRUARY,
        },
        {"task_assignment_id": "t2", "effective_at": MARCH, "is_deleted": True},
    ],
    "task_events": [
        {
            "task_event_id": str(key),
            "task_assignment_id": assignment,
            "event_type": "submitted",
            "occurred_at": moment,
        }
        # One resolves; t2 is deleted (twice), six never landed, and what is after as_of does not count.
        for key, (assignment, moment) in enumerate(
            [("t1", MARCH), ("t2", MARCH), ("t2", MARCH), ("x6", AFTER_AS_OF)]
            + [(f"x{number}", MARCH) for number in range(6)]
        )
    ],
    # s1 is deleted, but was in force once: its event is no orphan; s2's is.
    "steps": [
        {"step_id": "s1", "assignment_id": "a1", "position": 1},
        {"step_id": "s1", "effective_at": FEBRUARY, "is_deleted": True},
    ],
    "step_events": [step_event("1", "s1"), step_event("2", "s2")],
    "lectures": [{"lecture_id": "l1", "title": "Logic"}],
    "rules": [{"rule_id": "r1", "lecture_id": "l1"}],
    # A tombstone takes the third out of the orphans.
    "rule_achievements": [
        {"rule_id": "r1", "achievement_id": "required", "position": 1},
        {"rule_id": "r1", "achievement_id": "never landed", "position": 2},
        {"rule_id": "r1", "achievement_id": "never landed either", "position": 3},
        {
            "rule_id": "r1",
            "achievement_id": "never landed either",
            "effective_at": FEBRUARY,
            "is_deleted": True,
        },
    ],
    # Both are deleted; the rule, though not active, keeps the first.
    "achievements": [
        row
        for achievement in ("required", "given up")
        for row in (
            {
                "achievement_id": achievement,
                "lecture_id": "l1",
                "title": achievement,
                "value_type": "boolean",
            },
            {"achievement_id": achievement, "effective_at": MARCH, "is_deleted": True},
        )
    ],
    "achievement_grades": [
        {
            "achievement_grade_id": achievement,
            "achievement_id": achievement,
            "user_id": "ada",
            "occurred_at": MARCH,
        }
        for achievement in ("required", "given up")
    ],
}

LEDGER: dict[str, list[dict[str, Any]]] = {
    "ledger_batches": [
        {"batch": batch, "committed_at": datetime(2026, 3, batch, tzinfo=UTC), "hash": str(batch)}
        for batch in (1, 2, 3)
    ],
    "ledger_accounting": [
        {
            "batch": batch,
            "contract": "users",
            "rows_read": 5,
            "accepted": accepted,
            "duplicates": 4 - accepted,
            "quarantined": 1,
            "files": 2,
        }
        for batch, accepted in ((1, 1), (2, 0), (3, 4))
    ],
    "ledger_quarantine": [
        {
            "batch": batch,
            "contract": "users",
            "file_hash": "aa",
            "line": batch,
            "file": "users.csv",
            "reasons": ["enum:role", "missing:username"],
            "raw": "1,,king,ada@example.org",
        }
        for batch in (1, 2, 3)
    ],
    "run_metrics": [
        {"run_id": "run", "metric": "step_duration_ms", "dimension": "ingest", "value": 12.0}
    ],
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Three batches in the ledger, of which this version reads two."""
    path = make_warehouse(tmp_path_factory.mktemp("ops") / "warehouse.duckdb", ROWS | LEDGER, n=2)
    assert failures(run_dbt(path, "run", "--select", "+path:models/marts/ops")) == []
    late = {"run_id": "run", "metric": "step_duration_ms", "dimension": "publish", "value": 3.5}
    insert(path, {"run_metrics": [late]})
    with connect(path) as connection:
        yield connection


@pytest.mark.requirement("R004-48")
def test_orphans_are_counted_by_their_own_reference_alone(world: duckdb.DuckDBPyConnection) -> None:
    orphans = world.sql("select * from ops.orphans order by all")
    assert orphans.columns == ["contract", "column", "kind", "rows", "examples"]
    assert orphans.fetchall() == [
        ("achievement_grades", "achievement_id", "orphan", 1, ["given up"]),
        ("achievements", "achievement_id", "still_required", 1, ["required"]),
        ("rule_achievements", "achievement_id", "orphan", 1, ["never landed"]),
        ("step_events", "step_id", "orphan", 1, ["s2"]),
        ("task_assignments", "internship_instance_id", "unresolved", 1, ["i9"]),
        ("task_assignments", "user_id", "unresolved", 1, ["ghost"]),
        ("task_events", "task_assignment_id", "orphan", 8, ["t2", "x0", "x1", "x2", "x3"]),
        ("users", "organization_id", "unresolved", 1, ["nowhere"]),
    ]


def test_batches_are_those_that_the_version_reads(world: duckdb.DuckDBPyConnection) -> None:
    found = world.sql("select * from ops.batches order by batch").fetchall()
    first, second = (datetime(2026, 3, day, tzinfo=UTC) for day in (1, 2))
    assert found == [(1, first, "1", 5, 1, 3, 1, 2), (2, second, "2", 5, 0, 4, 1, 2)]


def test_accounting_is_that_of_the_batches(world: duckdb.DuckDBPyConnection) -> None:
    found = world.sql("select * from ops.ingest_accounting order by batch").fetchall()
    assert found == [(1, "users", 5, 1, 3, 1, 2), (2, "users", 5, 0, 4, 1, 2)]


def test_quarantine_has_every_reason_and_no_address(world: duckdb.DuckDBPyConnection) -> None:
    reasons = ["enum:role", "missing:username"]
    assert world.sql("select * from ops.quarantine order by line").fetchall() == [
        ("users", "aa", line, "users.csv", reasons, "1,,king,(e-mail)", line) for line in (1, 2)
    ]


@pytest.mark.requirement("R000-26", "R000-27", "R000-28", "R000-29")
def test_signals_are_near_real_time_and_kpi_progress_is_lagged(
    world: duckdb.DuckDBPyConnection,
) -> None:
    found = world.sql("select contract, class from ops.freshness").fetchall()
    classes = {str(contract): str(kind) for contract, kind in found}
    assert classes.pop("kpi_thresholds") == "lagged"
    assert classes == dict.fromkeys(CONTRACTS.keys() - {"kpi_thresholds"}, "near_real_time")


def test_freshness_is_the_last_moment_up_to_as_of_and_the_last_batch_with_an_accepted_row(
    world: duckdb.DuckDBPyConnection,
) -> None:
    found = world.sql(
        "select contract, last_occurred_at, last_ingested_at from ops.freshness"
        " where contract in ('task_events', 'users') order by contract"
    )
    assert found.fetchall() == [
        ("task_events", MARCH, None),
        ("users", datetime(1970, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)),
    ]


def test_metrics_of_steps_after_the_transformation_are_in(world: duckdb.DuckDBPyConnection) -> None:
    found = world.sql("select dimension, value from ops.run_metrics order by dimension").fetchall()
    assert found == [("ingest", 12.0), ("publish", 3.5)]
