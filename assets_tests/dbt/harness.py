"""A small warehouse for tests of the dbt project: chosen rows in, models out, without landing files.

What belongs here: making the tables that `load` makes, inserting rows as the ledger would hold them, running dbt
on them in this process, and reading what it made. Nothing here judges rows; a test gives what ingestion would accept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest

from pipelines.contracts import CONTRACTS
from pipelines.contracts.ddl import raw_table
from pipelines.contracts.model import Contract, Kind
from pipelines.dbt import PARSED_STATE, PROJECT, TARGET, manifest
from pipelines.warehouse.loading import BOOKS

AS_OF = datetime(2026, 4, 1, tzinfo=UTC)

Row = Mapping[str, Any]


@contextmanager
def connect(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in UTC, closed at the end of the block: dbt needs the file for itself."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield connection


def make_warehouse(
    path: Path,
    rows: Mapping[str, Sequence[Row]] | None = None,
    as_of: datetime = AS_OF,
    n: int = 1,
) -> Path:
    """A fresh warehouse at `path` with all raw and ledger tables, `ops.run`, and `rows` per contract.

    A row names the columns that matter; defaults of the contract and, for entities, `effective_at` 1970-01-01 and
    `is_deleted` false are filled in, and `_batch` is 1 unless given.
    """
    path.unlink(missing_ok=True)
    with connect(path) as connection:
        connection.execute("create schema raw; create schema ops")
        for contract in CONTRACTS.values():
            connection.execute(raw_table(contract))
        for ddl in BOOKS:
            connection.execute(ddl)
        connection.execute("insert into ops.run values ('run', ?, ?, 'head', 'code')", [n, as_of])
    insert(path, rows or {})
    return path


def insert(path: Path, rows: Mapping[str, Sequence[Row]]) -> None:
    """Add rows per contract (or per other table of `raw`, such as `ledger_batches`) to a warehouse."""
    completed = {
        table: [
            _completed(CONTRACTS[table], row, place) if table in CONTRACTS else row
            for place, row in enumerate(given)
        ]
        for table, given in rows.items()
    }
    insert_world(path, completed)


def replace(path: Path, rows: Mapping[str, Sequence[Row]]) -> None:
    """Put rows in the place of all that the warehouse holds of their contracts."""
    with connect(path) as connection:
        for table in rows:
            connection.execute(f"truncate raw.{table}")
    insert(path, rows)


def insert_world(path: Path, world: Mapping[str, Sequence[Row]]) -> None:
    """Add many rows per contract at once; a column that a row does not name is NULL, so name what has a default."""
    with connect(path) as connection:
        fill(connection, world)


def fill(connection: duckdb.DuckDBPyConnection, world: Mapping[str, Sequence[Row]]) -> None:
    """The same over a connection, and in its transaction."""
    for contract, rows in world.items():
        frame = pl.DataFrame(rows, infer_schema_length=None)
        connection.register("frame", frame.to_arrow())
        connection.execute(f"insert into raw.{contract} by name select * from frame")
        connection.unregister("frame")


def turn_dials(path: Path, n: int, as_of: datetime) -> None:
    """Judge the same rows by other arguments."""
    with connect(path) as connection:
        connection.execute("update ops.run set n = ?, as_of = ?", [n, as_of])


def read(connection: duckdb.DuckDBPyConnection, table: str) -> list[dict[str, Any]]:
    """The rows of a table."""
    return connection.sql(f"select * from {table}").pl().to_dicts()


def comparable(rows: Iterable[Row]) -> Counter[tuple[tuple[str, object], ...]]:
    """Rows as a multiset, whatever their order; lists and structs become tuples."""
    return Counter(
        tuple(sorted((name, _hashable(value)) for name, value in row.items())) for row in rows
    )


def _hashable(value: object) -> object:
    """A value as what a multiset can hold; the fields of a struct keep their order."""
    if isinstance(value, list):
        return tuple(map(_hashable, value))
    if isinstance(value, dict):
        return tuple((name, _hashable(field)) for name, field in value.items())
    return value


def _completed(contract: Contract, row: Row, place: int) -> dict[str, Any]:
    """The row as the ledger holds it."""
    defaults: dict[str, Any] = {"_batch": 1, "_row": place}
    if contract.kind is Kind.ENTITY:
        defaults |= {"effective_at": datetime(1970, 1, 1, tzinfo=UTC), "is_deleted": False}
    if not row.get("is_deleted"):
        for column in contract.declared:
            if column.default is not None:
                is_list = column.sql_type.endswith("[]")
                defaults[column.name] = column.default.split("|") if is_list else column.default
    return defaults | dict(row)


def run_dbt(path: Path, *args: str, target: Path | None = None) -> dbtRunnerResult:
    """Run dbt in this process on the warehouse at `path`; its artifacts go to `target` (default: beside it)."""
    target = target or path.parent / "target"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CAIRN_WAREHOUSE", str(path.resolve()))
        environment.setenv("DO_NOT_TRACK", "1")
        folders = {
            "--project-dir": PROJECT,
            "--profiles-dir": PROJECT,
            "--target-path": target,
            "--log-path": target,
        }
        options = [text for option, folder in folders.items() for text in (option, str(folder))]
        try:
            return dbtRunner(manifest=None if args[0] == "parse" else _parsed()).invoke(
                [*args, *options]
            )
        finally:
            # The adapter keeps the file open for as long as the process lives.
            DuckDBConnectionManager.close_all_connections()


def _parsed() -> Manifest:
    """The project, parsed once for all tests; dbt changes what it is given, so each time it is another."""
    manifest()
    return Manifest.from_msgpack((TARGET / PARSED_STATE).read_bytes())


def compile_inline(path: Path, sql: str) -> dbtRunnerResult:
    """Compile a query over the project's macros; its artifacts do not take the place of the last build's."""
    return run_dbt(path, "compile", "--quiet", "--inline", sql, target=path.parent / "inline")


def answers(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query over the project's macros."""
    result = compile_inline(path, sql)
    assert result.success, result.exception
    with connect(path) as connection:
        return connection.execute(result.result.results[0].node.compiled_code).fetchall()


def failures(result: dbtRunnerResult) -> list[str]:
    """What went wrong in a dbt invocation: one `name: message` per node that did not pass."""
    if result.exception is not None:
        return [str(result.exception)]
    return [
        f"{node.node.name}: {node.message}"
        for node in getattr(result.result, "results", [])
        if str(node.status) not in ("success", "pass", "no-op")
    ]
