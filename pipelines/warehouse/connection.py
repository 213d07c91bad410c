"""Connections to DuckDB with the settings that every run needs: UTC, its share of the machine, room to spill."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

import duckdb
import pyarrow as pa

from pipelines.errors import CairnError
from pipelines.settings import Settings
from pipelines.sql_text import literal

PATIENCE_SECONDS = 30
HELD = "Could not set lock on file"

ROWS_A_MORSEL = 16_384


@contextmanager
def connect(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, for writing; nobody but a run opens it.

    The dbt of a run that was killed may have it still, and is waited for. Raises `CairnError` when somebody else has.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    with _open(settings) as connection:
        yield configure(connection, settings)


@contextmanager
def connect_to_read(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse as the last run left it; nothing but temporary tables can be written.

    A run that has it is waited for. Raises `CairnError` when that takes too long, or the file cannot be read.
    """
    try:
        opened = _open(settings, read_only=True)
    except duckdb.Error as error:
        raise CairnError(
            f"The warehouse {settings.warehouse} cannot be read ({error}); nothing was changed, and what is published"
            " stands; make the warehouse anew with `cairn run --rebuild`."
        ) from error
    with opened as connection:
        yield configure(connection, settings)


def _open(settings: Settings, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    give_up = monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return duckdb.connect(settings.warehouse, read_only=read_only)
        except duckdb.IOException as error:
            if HELD not in str(error):
                raise
            if monotonic() > give_up:
                raise CairnError(
                    f"The warehouse {settings.warehouse} is open elsewhere ({error}); the ledger and the published"
                    " version are whole; close it there (what is published is for reading) and run again."
                ) from error
            sleep(0.2)


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
    connection.execute(f"set temp_directory = {literal(spill)}")
    return connection


def in_morsels(rows: pa.Table) -> pa.Table:
    """The same rows in pieces small enough to be shared among DuckDB's threads, which take one each."""
    return pa.Table.from_batches(rows.to_batches(max_chunksize=ROWS_A_MORSEL), rows.schema)
