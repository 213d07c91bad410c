"""What a source has landed, as a test reads it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb

from pipelines.ingest import ingest
from pipelines.ledger import Ledger, ledger_lock
from pipelines.run import Run
from pipelines.settings import Settings
from pipelines.warehouse import load


@contextmanager
def views(landing: Path, contracts: Iterable[str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in UTC with a view per contract over its landing files."""
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        for contract in contracts:
            connection.execute(
                f"create view {contract} as from read_parquet('{landing}/{contract}/*.parquet')"
            )
        yield connection


def rows(landing: Path, contract: str, columns: str) -> list[tuple[str | None, ...]]:
    """Columns of a contract's landing files as text, in this order and sorted by it."""
    texts = ", ".join(f"{name}::varchar" for name in columns.split())
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        return connection.execute(
            f"select {texts} from read_parquet('{landing}/{contract}/*.parquet') order by all"
        ).fetchall()


def ingested(settings: Settings) -> dict[str, tuple[int, int, int]]:
    """Ingest what has landed: the accepted, repeated and quarantined rows of each contract."""
    with ledger_lock(settings) as lock:
        taken = ingest(settings, lock)
    return {
        contract: (entry.accepted, entry.duplicates, entry.quarantined)
        for contract, entry in taken.contracts.items()
    }


def load_landed(settings: Settings, as_of: datetime) -> None:
    """Take all that has landed into the ledger and the warehouse, where it is to be judged at `as_of`."""
    taken = ingested(settings)
    assert not any(quarantined for _, _, quarantined in taken.values()), taken
    ledger = Ledger(settings)
    load(settings, Run("landed", ledger.position, as_of, ledger.head, "test"))
