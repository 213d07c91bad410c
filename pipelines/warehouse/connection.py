"""Connections to DuckDB with the settings that every run needs: UTC, its share of the machine, room to spill."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from pipelines.settings import Settings

ROWS_A_MORSEL = 16_384


@contextmanager
def connect(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, for writing; nobody but a run opens it."""
    settings.data.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(settings.warehouse) as connection:
        yield configure(connection, settings)


@contextmanager
def scratch(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of no file, for work that leaves nothing behind."""
    with duckdb.connect() as connection:
        yield configure(connection, settings)


def configure(
    connection: duckdb.DuckDBPyConnection, settings: Settings
) -> duckdb.DuckDBPyConnection:
    """Set what the results and the machine depend on."""
    spill = settings.warehouse.with_name("warehouse.duckdb.tmp")
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set preserve_insertion_order = false")
    connection.execute(f"set memory_limit = '{settings.memory_limit}'")
    connection.execute(f"set threads = {settings.threads}")
    connection.execute(f"set temp_directory = '{str(spill).replace(chr(39), chr(39) * 2)}'")
    return connection


def in_morsels(rows: pa.Table) -> pa.Table:
    """The same rows in pieces small enough to be shared among DuckDB's threads, which take one each."""
    return pa.Table.from_batches(rows.to_batches(max_chunksize=ROWS_A_MORSEL), rows.schema)
