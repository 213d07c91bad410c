"""The pandera model of every raw table turns red on every kind of broken row, for whatever contract there is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
import pytest

from assets_tests.contracts.contract_rows import (
    Row,
    broken_rows,
    broken_tombstones,
    frame,
    good_row,
    rule_breaking_rows,
    tombstone,
)
from assets_tests.dbt.checking import faults
from pipelines.checks.run import check_contract
from pipelines.contracts import CONTRACTS
from pipelines.contracts.model import Contract, Kind
from pipelines.contracts.pandera_models import live_rows, tombstones

pytestmark = pytest.mark.slow

ALL = pytest.mark.parametrize("contract", CONTRACTS.values(), ids=list(CONTRACTS))
ENTITIES = [contract for contract in CONTRACTS.values() if contract.kind is Kind.ENTITY]
ALL_ENTITIES = pytest.mark.parametrize("contract", ENTITIES, ids=[c.name for c in ENTITIES])


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("create schema raw; create schema ops")
        connection.execute("create table ops.raw_checked (n bigint)")
        yield connection


def found_in(cases: list[dict[str, Any]]) -> set[tuple[int, str]]:
    return {(case["index"], case["column"]) for case in cases}


@ALL
def test_a_good_row_passes(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    assert faults(live_rows(contract), frame(connection, contract, [good_row(contract)])) == []


@ALL
def test_what_is_optional_may_be_missing(
    connection: duckdb.DuckDBPyConnection, contract: Contract
) -> None:
    """Optional columns are NULL in turn, as far as the rules between columns let them."""
    good = good_row(contract)
    ruled = " ".join(f"{rule.column} {rule.broken}" for rule in contract.rules)
    optional = [
        column.name
        for column in contract.columns
        if not (column.required or column.default or column.name in contract.key)
        and column.name not in ruled
    ]
    rows = [{**good, name: None} for name in optional] or [good]
    assert faults(live_rows(contract), frame(connection, contract, rows)) == []


@ALL
def test_every_broken_value_is_found_in_its_row_and_column(
    connection: duckdb.DuckDBPyConnection, contract: Contract
) -> None:
    rows, columns = zip(*broken_rows(contract), strict=True)
    found = found_in(faults(live_rows(contract), frame(connection, contract, list(rows))))
    missed = [
        (column, rows[index][column])
        for index, column in enumerate(columns)
        if (index, column) not in found
    ]
    assert missed == []


@pytest.mark.parametrize(
    "contract", [c for c in CONTRACTS.values() if c.rules], ids=lambda contract: contract.name
)
def test_every_rule_between_columns_is_found_broken(
    connection: duckdb.DuckDBPyConnection, contract: Contract
) -> None:
    for row, rule in rule_breaking_rows(contract):
        cases = faults(live_rows(contract), frame(connection, contract, [row]))
        assert rule.label in {case["check"] for case in cases}


@ALL
def test_a_column_of_another_type_is_found(
    connection: duckdb.DuckDBPyConnection, contract: Contract
) -> None:
    rows = frame(connection, contract, [good_row(contract)]).clear()
    wrong = {
        name: pl.Boolean() if dtype == pl.String() else pl.String()
        for name, dtype in rows.schema.items()
    }
    found = faults(live_rows(contract), rows.cast(wrong))
    mistyped = {case["column"] for case in found if case["check"].startswith("dtype")}
    assert mistyped == set(rows.columns)


@ALL
def test_a_stray_or_a_lost_column_is_found(
    connection: duckdb.DuckDBPyConnection, contract: Contract
) -> None:
    rows = frame(connection, contract, [good_row(contract)])
    assert faults(live_rows(contract), rows.with_columns(stray=1))
    for name in rows.columns:
        assert name in {c["failure_case"] for c in faults(live_rows(contract), rows.drop(name))}


@ALL_ENTITIES
def test_a_tombstone_is_a_key_and_nothing_else(
    connection: duckdb.DuckDBPyConnection, contract: Contract
) -> None:
    bare = frame(connection, contract, [tombstone(contract)])
    assert faults(tombstones(contract), bare) == []
    rows, columns = zip(*broken_tombstones(contract), strict=True)
    found = found_in(faults(tombstones(contract), frame(connection, contract, list(rows))))
    assert [c for index, c in enumerate(columns) if (index, c) not in found] == []


@pytest.mark.parametrize(
    ("name", "changes", "label"),
    [
        (
            "internships",
            {"starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 1)},
            "range:ends_on",
        ),
        (
            "internships",
            {"starts_on": date(2024, 2, 29), "ends_on": date(2029, 3, 1)},
            "range:ends_on",
        ),
        ("kpi_thresholds", {"min_value": None, "max_value": None}, "missing:min_value"),
        ("participations", {"status": "reviewed", "points": None}, "missing:points"),
        ("achievements", {"value_type": "boolean", "threshold": Decimal(1)}, "range:threshold"),
        ("achievements", {"value_type": "numeric", "threshold": None}, "missing:threshold"),
        (
            "rules",
            {"min_percentage": Decimal(50), "min_points_absolute": Decimal(5)},
            "range:min_points_absolute",
        ),
        ("certifications", {"status": "passed", "certified_by": None}, "missing:certified_by"),
        ("step_events", {"event_type": "attempted", "score": None}, "missing:score"),
    ],
)
def test_rules_of_the_interface_that_are_known_by_name(
    connection: duckdb.DuckDBPyConnection, name: str, changes: Row, label: str
) -> None:
    contract = CONTRACTS[name]
    rows = frame(connection, contract, [{**good_row(contract), **changes}])
    assert [case["check"] for case in faults(live_rows(contract), rows)] == [label]


def test_five_years_after_29_february_is_28_february(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    contract = CONTRACTS["internships"]
    days = {"starts_on": date(2024, 2, 29), "ends_on": date(2029, 2, 28)}
    rows = frame(connection, contract, [{**good_row(contract), **days}])
    assert faults(live_rows(contract), rows) == []


@ALL
def test_what_was_loaded_since_the_last_check_is_checked_in_the_warehouse(
    connection: duckdb.DuckDBPyConnection, contract: Contract
) -> None:
    good = good_row(contract)
    rows = [good, next(row for row, _ in broken_rows(contract))]
    if contract.kind is Kind.ENTITY:
        rows += [tombstone(contract), next(row for row, _ in broken_tombstones(contract))]
    frame(connection, contract, rows)
    result = check_contract(connection, contract)
    assert (result.passed, result.rows_checked, result.broken_rows) == (
        False,
        len(rows),
        len(rows) // 2,
    )
    connection.execute("insert into ops.raw_checked values (1)")
    later = check_contract(connection, contract)
    assert (later.passed, later.rows_checked) == (True, 0)
