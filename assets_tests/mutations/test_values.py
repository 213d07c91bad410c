"""Every part of the check `values` of every mart turns red on a broken row: each column's, and each row's as a whole.

A sound row is one of the sample's warehouse, and broken rows are judged by what a run calls. A declared range, word,
form or presence is broken by derivation; for a check that no declaration states its domain has a row by hand.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pandera.polars as pa
import polars as pl
import pytest

from assets_tests.conftest import SampleRun
from assets_tests.dbt.checking import faults
from assets_tests.mutations.broken_rows import BrokenRow, by_hand, derived, found_by, parts
from pipelines.checks import MODELS
from pipelines.checks.run import check_values
from pipelines.defs.project import MARTS


@pytest.fixture(scope="module")
def warehouse(sample_run: SampleRun) -> Iterator[duckdb.DuckDBPyConnection]:
    """The sample's, to read."""
    with duckdb.connect(sample_run.settings.warehouse, read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield connection


def schema_of(table: str) -> pa.DataFrameSchema:
    return MODELS[table].to_schema()


def sound_row(warehouse: duckdb.DuckDBPyConnection, table: str) -> pl.DataFrame:
    found = warehouse.sql(f"select * from {table} order by all limit 1").pl()
    assert found.height == 1, f"the sample has no row of {table}"
    return found


def broken(warehouse: duckdb.DuckDBPyConnection, table: str) -> list[BrokenRow]:
    return [*derived(schema_of(table), sound_row(warehouse, table)), *by_hand(warehouse, table)]


def another_type(dtype: pl.DataType) -> pl.DataType:
    """Lists stay lists: polars panics when asked for the members of a text."""
    if isinstance(dtype, pl.List):
        return pl.List(pl.Int8())
    return pl.Boolean() if dtype == pl.String() else pl.String()


def test_every_mart_has_a_model() -> None:
    assert set(MARTS) == set(MODELS)


@pytest.mark.parametrize("table", MODELS)
def test_every_broken_row_is_found_by_the_check_it_breaks(
    table: str, warehouse: duckdb.DuckDBPyConnection
) -> None:
    rows = broken(warehouse, table)
    found_of_each = found_by(schema_of(table), pl.concat([row.row for row in rows]))
    green = [
        (row.column, row.check, row.row.to_dicts())
        for row, found in zip(rows, found_of_each, strict=True)
        if (row.column, row.check) not in found
    ]
    assert green == []


@pytest.mark.parametrize("table", MODELS)
def test_every_check_has_a_row_that_breaks_it(
    table: str, warehouse: duckdb.DuckDBPyConnection
) -> None:
    by_derivation = {
        (row.column, row.check) for row in derived(schema_of(table), sound_row(warehouse, table))
    }
    written = {row.check for row in by_hand(warehouse, table)}
    missing = {
        (column, check)
        for column, check in parts(schema_of(table)) - by_derivation
        if check not in written
    }
    assert missing == set()


@pytest.mark.parametrize("table", MODELS)
def test_the_check_of_the_run_is_green_on_the_sample_and_counts_every_broken_row(
    table: str, warehouse: duckdb.DuckDBPyConnection
) -> None:
    sound = check_values(warehouse, table, MODELS[table])
    assert sound.passed, sound
    rows = broken(warehouse, table)
    warehouse.register("broken_rows", pl.concat([row.row for row in rows]).to_arrow())
    result = check_values(warehouse, "broken_rows", MODELS[table])
    assert (result.passed, result.broken_rows) == (False, len(rows))


@pytest.mark.parametrize("table", MODELS)
def test_a_table_of_another_shape_is_found(
    table: str, warehouse: duckdb.DuckDBPyConnection
) -> None:
    sound = sound_row(warehouse, table)
    mistyped = pl.DataFrame(
        schema={name: another_type(dtype) for name, dtype in sound.schema.items()}
    )
    found = faults(MODELS[table], mistyped)
    assert {f["column"] for f in found if str(f["check"]).startswith("dtype")} == set(sound.columns)
    stray = faults(MODELS[table], sound.with_columns(stray=1))
    assert [(f["check"], f["failure_case"]) for f in stray] == [("column_in_schema", "stray")]
    lost = faults(MODELS[table], sound.select(stray=1))
    assert set(sound.columns) <= {f["failure_case"] for f in lost}
