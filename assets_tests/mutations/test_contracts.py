"""Every part of the check `contract` of every raw table turns red on a broken row."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pandera.polars as pa
import polars as pl
import pytest

from assets_tests.contracts.contract_rows import (
    broken_rows,
    broken_tombstones,
    frame,
    good_row,
    rule_breaking_rows,
    tombstone,
)
from assets_tests.dbt.checking import faults
from assets_tests.mutations.broken_rows import Part, derived, found_by, parts
from pipelines.contracts import CONTRACTS
from pipelines.contracts.model import Contract, Kind
from pipelines.contracts.pandera_models import live_rows, tombstones

pytestmark = pytest.mark.slow

ENTITIES = [contract for contract in CONTRACTS.values() if contract.kind is Kind.ENTITY]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("create schema raw")
        yield connection


def never_red(schema: pa.DataFrameSchema, sound: pl.DataFrame, broken: pl.DataFrame) -> set[Part]:
    """The parts of a model that find none of the broken rows, derived ones among them."""
    assert faults(schema, sound) == []
    rows = pl.concat([broken, *(row.row for row in derived(schema, sound))])
    return parts(schema).difference(*found_by(schema, rows))


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=list(CONTRACTS))
def test_every_check_of_a_landed_row_is_broken(
    contract: Contract, connection: duckdb.DuckDBPyConnection
) -> None:
    broken = [row for row, _ in (*broken_rows(contract), *rule_breaking_rows(contract))]
    rows = frame(connection, contract, broken)
    sound = frame(connection, contract, [good_row(contract)])
    assert never_red(live_rows(contract), sound, rows) == set()


@pytest.mark.parametrize("contract", ENTITIES, ids=[contract.name for contract in ENTITIES])
def test_every_check_of_a_tombstone_is_broken(
    contract: Contract, connection: duckdb.DuckDBPyConnection
) -> None:
    rows = frame(connection, contract, [row for row, _ in broken_tombstones(contract)])
    rows = pl.concat([rows, *keys_that_are_none(contract, connection)])
    sound = frame(connection, contract, [tombstone(contract)])
    assert never_red(tombstones(contract), sound, rows) == set()


def keys_that_are_none(
    contract: Contract, connection: duckdb.DuckDBPyConnection
) -> Iterator[pl.DataFrame]:
    """Tombstones whose key has a value that no key can have."""
    for row, column in broken_rows(contract):
        if column in contract.key:
            yield frame(connection, contract, [tombstone(contract) | {column: row[column]}])
