"""Every check of `ops` turns red on a broken row, and only then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets_tests.dbt.checking import checks_of, failed_checks
from assets_tests.dbt.harness import connect, make_warehouse
from pipelines.checks.ops import MODELS, RULES
from pipelines.contracts import CONTRACTS

COUNTS = {
    "batch": 1,
    "rows_read": 10,
    "accepted": 7,
    "duplicates": 2,
    "quarantined": 1,
    "files": 1,
}
MOMENT = datetime(2026, 3, 1, tzinfo=UTC)

GOOD: dict[str, dict[str, Any]] = {
    "ops.batches": COUNTS | {"committed_at": MOMENT, "hash": "0" * 64},
    "ops.ingest_accounting": COUNTS | {"contract": "users"},
    "ops.quarantine": {
        "contract": "users",
        "file_hash": "0" * 64,
        "line": 0,
        "file": "users.csv",
        "reasons": ["unreadable_file"],
        "raw": None,
        "batch": 1,
    },
    "ops.orphans": {
        "contract": "users",
        "column": "organization_id",
        "kind": "unresolved",
        "rows": 1,
        "examples": ["o1"],
    },
    "ops.freshness": {
        "contract": "users",
        "last_occurred_at": None,
        "last_ingested_at": MOMENT,
        "class": "near_real_time",
    },
    "ops.run_metrics": {
        "run_id": "run",
        "metric": "step_duration_ms",
        "dimension": None,
        "value": 0.0,
    },
}

BROKEN_COUNTS: list[tuple[dict[str, Any], set[str]]] = [
    ({"batch": 0}, {"greater_than_or_equal_to"}),
    ({"rows_read": 6, "accepted": -1, "duplicates": 6}, {"greater_than_or_equal_to"}),
    ({"rows_read": 6, "accepted": 6, "duplicates": -1}, {"greater_than_or_equal_to"}),
    ({"rows_read": 8, "quarantined": -1}, {"greater_than_or_equal_to"}),
    ({"files": -1}, {"greater_than_or_equal_to"}),
    ({"rows_read": 11}, {"nothing_is_lost"}),
]

BROKEN: list[tuple[str, dict[str, Any], set[str]]] = [
    *(("ops.batches", *broken) for broken in BROKEN_COUNTS),
    ("ops.batches", {"hash": "abc"}, {"str_matches"}),
    ("ops.batches", {"committed_at": None}, {"not_nullable"}),
    *(("ops.ingest_accounting", *broken) for broken in BROKEN_COUNTS),
    ("ops.ingest_accounting", {"contract": "people"}, {"isin"}),
    ("ops.quarantine", {"contract": "people"}, {"isin"}),
    ("ops.quarantine", {"file_hash": "abc"}, {"str_matches"}),
    ("ops.quarantine", {"line": -1}, {"greater_than_or_equal_to"}),
    ("ops.quarantine", {"batch": 0}, {"greater_than_or_equal_to"}),
    ("ops.quarantine", {"reasons": []}, {"has_a_reason"}),
    ("ops.orphans", {"contract": "people"}, {"isin"}),
    ("ops.orphans", {"kind": "lost"}, {"isin"}),
    ("ops.orphans", {"rows": 0}, {"greater_than_or_equal_to"}),
    ("ops.orphans", {"examples": []}, {"has_examples"}),
    ("ops.orphans", {"examples": list("abcdef")}, {"has_examples"}),
    ("ops.freshness", {"contract": "people"}, {"isin"}),
    ("ops.freshness", {"class": "stale"}, {"isin"}),
    ("ops.run_metrics", {"value": -1.0}, {"greater_than_or_equal_to"}),
    ("ops.run_metrics", {"metric": None}, {"not_nullable"}),
    *((table, {"stray": 1}, {"column_in_schema"}) for table in GOOD),
]


@pytest.mark.parametrize("table", MODELS)
def test_a_good_row_passes(table: str) -> None:
    assert failed_checks(MODELS[table], GOOD[table]) == set()


@pytest.mark.parametrize(("table", "change", "checks"), BROKEN)
def test_a_broken_row_turns_its_check_red(
    table: str, change: dict[str, Any], checks: set[str]
) -> None:
    assert failed_checks(MODELS[table], GOOD[table] | change) == checks


@pytest.mark.parametrize("table", MODELS)
def test_every_check_is_broken_above(table: str) -> None:
    broken = [checks for name, _, checks in BROKEN if name == table]
    assert checks_of(MODELS[table]) <= set().union(*broken)


def test_a_metric_may_not_stand_twice() -> None:
    row = GOOD["ops.run_metrics"] | {"dimension": "ingest"}
    assert failed_checks(MODELS["ops.run_metrics"], row, row) == {"multiple_fields_uniqueness"}


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """n = 2: batch 1 accepted one user and rejected another, batch 2 was empty; batch 3 is not read yet."""
    path = make_warehouse(
        tmp_path / "warehouse.duckdb",
        {
            "users": [
                {"user_id": "ada", "username": "Ada"},
                {"user_id": "bob", "username": "Bob", "_batch": 3},
            ]
        },
        n=2,
    )
    freshness = ", ".join(f"('{name}')" for name in CONTRACTS)
    with connect(path) as connection:
        connection.execute(
            f"""
            create table ops.batches as from (values
                (1, 'aa', 2, 1, 0, 1, 1), (2, 'bb', 0, 0, 0, 0, 0)
            ) as t (batch, hash, rows_read, accepted, duplicates, quarantined, files);
            create table ops.ingest_accounting as from (values
                (1, 'users', 2, 1, 0, 1, 1)
            ) as t (batch, contract, rows_read, accepted, duplicates, quarantined, files);
            create table ops.quarantine as from (values (1, 'users', 7)) as t (batch, contract, line);
            create table ops.freshness as from (values {freshness}) as t (contract);
            create table ops.orphans as from (values ('users', 'unresolved')) as t (contract, kind);
            """
        )
        yield connection


BREAKING: list[tuple[str, str]] = [
    ("loaded_rows_are_the_accepted_rows", "delete from raw.users where _batch = 1"),
    ("loaded_rows_are_the_accepted_rows", "update raw.users set _batch = 2 where _batch = 1"),
    ("loaded_rows_are_the_accepted_rows", "insert into raw.skills (_batch, _row) values (2, 0)"),
    ("quarantined_rows_are_kept", "delete from ops.quarantine"),
    ("quarantined_rows_are_kept", "insert into ops.quarantine values (2, 'skills', 1)"),
    ("batches_are_the_whole_ledger", "delete from ops.batches where batch = 2"),
    ("batches_are_the_whole_ledger", "update ops.batches set batch = 3 where batch = 2"),
    ("batches_are_the_whole_ledger", "insert into ops.batches (batch, files) values (3, 0)"),
    ("batches_sum_their_contracts", "update ops.batches set duplicates = 1 where batch = 1"),
    ("batches_sum_their_contracts", "update ops.batches set files = 1 where batch = 2"),
    ("every_contract_has_a_freshness", "delete from ops.freshness where contract = 'skills'"),
    ("no_orphans", "insert into ops.orphans values ('task_events', 'orphan')"),
]


def broken_rules(warehouse: duckdb.DuckDBPyConnection) -> set[str]:
    return {rule.name for rule in RULES if warehouse.execute(rule.sql).fetchall()}


def test_a_whole_warehouse_breaks_no_rule(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert broken_rules(warehouse) == set()


@pytest.mark.parametrize(("rule", "damage"), BREAKING)
def test_damage_is_found_by_its_rule(
    rule: str, damage: str, warehouse: duckdb.DuckDBPyConnection
) -> None:
    warehouse.execute(damage).fetchall()
    assert rule in broken_rules(warehouse)


def test_every_rule_is_broken_above() -> None:
    assert {rule.name for rule in RULES} == {name for name, _ in BREAKING}


def test_orphans_only_warn() -> None:
    assert [rule.name for rule in RULES if not rule.blocking] == ["no_orphans"]
