"""Loading: each batch once, in one transaction with the note of what was loaded; batches that share a file together."""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.contracts import CONTRACTS
from pipelines.contracts.ddl import raw_table
from pipelines.errors import first_line
from pipelines.ledger import (
    ContractEntry,
    Entry,
    Ledger,
    Segment,
    StoredFile,
    accepted_rows,
    segments,
)
from pipelines.privacy import Forgotten, Opener
from pipelines.run import Run
from pipelines.settings import Settings
from pipelines.sql_text import literal
from pipelines.warehouse.connection import connect
from pipelines.warehouse.scratch_root import sweep_scratch

# Notes of the last run whose raw tables held their contracts, whose tables all stand, of whose marts one failed.
RAW_CHECKED, BUILT, FAILED = "ops.raw_checked", "ops.built", "ops.failed"

BOOKS = (
    "create table raw.ledger_batches (batch BIGINT, committed_at TIMESTAMPTZ, hash VARCHAR)",
    """create table raw.ledger_accounting (
        batch BIGINT, contract VARCHAR, rows_read BIGINT, accepted BIGINT, duplicates BIGINT,
        quarantined BIGINT, files BIGINT
    )""",
    """create table raw.ledger_quarantine (
        batch BIGINT, contract VARCHAR, file_hash VARCHAR, line BIGINT, file VARCHAR,
        reasons VARCHAR[], raw VARCHAR
    )""",
    "create table raw.run_metrics (run_id VARCHAR, metric VARCHAR, dimension VARCHAR, value DOUBLE)",
    "create table ops.loaded_segments (path VARCHAR, sha256 VARCHAR)",
    "create table ops.layout (digest VARCHAR)",
    """create table ops.run (
        run_id VARCHAR, n BIGINT, as_of TIMESTAMPTZ, head VARCHAR, code_version VARCHAR
    )""",
    *(
        f"""create table {note} (
            run_id VARCHAR, n BIGINT, as_of TIMESTAMPTZ, head VARCHAR, code_version VARCHAR
        )"""
        for note in (RAW_CHECKED, BUILT, FAILED)
    ),
    """create table ops.published_files (
        version VARCHAR, path VARCHAR, made_of VARCHAR, sha256 VARCHAR
    )""",
)

RUN = "run_id, n, as_of, head, code_version"

# What DuckDB says of a file that is damaged, another's, or of another version; never of the machine.
OF_THE_FILE = (
    "not a valid duckdb database file",
    "corrupt",
    "could not read enough bytes",
    "version number",
)


@dataclass(frozen=True)
class LoadReport:
    """What a load added, in rows per contract; `rebuilt` says that the warehouse was begun anew.

    `damage` is what DuckDB said of the one before when it could not open it.
    """

    rows: dict[str, int] = field(default_factory=dict)
    rebuilt: bool = False
    damage: str | None = None


def load(settings: Settings, run: Run) -> LoadReport:
    """Bring the warehouse to the ledger and set the run's two dials in `ops.run`.

    A warehouse that was not loaded from this ledger, or by other contracts, is thrown away first, and so is one that
    is damaged, and one from before the last forgetting: it holds what was forgotten. What the machine does not let
    DuckDB read is no reason to throw it away: that error is raised.
    """
    entries = Ledger(settings).entries()
    opener = Opener.of(settings, entries)
    damage = None
    try:
        rebuilt = not _fits(settings, entries, opener.forgotten)
    except duckdb.Error as error:
        if not any(words in str(error).casefold() for words in OF_THE_FILE):
            raise
        rebuilt, damage = True, first_line(error)
    if rebuilt:
        discard(settings)
    with connect(settings) as connection:
        if rebuilt:
            _create(connection)
        rows = _load_new(connection, opener, entries)
        _set_run(connection, "ops.run", run)
    return LoadReport(rows, rebuilt, damage)


def read_run(connection: duckdb.DuckDBPyConnection) -> Run:
    """The run that the warehouse was loaded for."""
    [row] = connection.execute(f"select {RUN} from ops.run").fetchall()
    return Run(*row)


def noted(connection: duckdb.DuckDBPyConnection, note: str) -> Run | None:
    """The run that a note was taken of; None where none was, or it was withdrawn."""
    rows = connection.execute(f"select {RUN} from {note}").fetchall()
    return Run(*rows[0]) if rows else None


def take_note(connection: duckdb.DuckDBPyConnection, note: str, run: Run | None) -> None:
    """Note it of a run; None where it is not so of any."""
    _set_run(connection, note, run)


def discard(settings: Settings) -> None:
    """Throw the warehouse away, with what killed processes had spilled or derived; the next load makes it again."""
    sweep_scratch(settings)
    for path in settings.data.glob("warehouse.duckdb*"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def record_metrics(
    connection: duckdb.DuckDBPyConnection, run_id: str, metrics: dict[tuple[str, str], float]
) -> None:
    """Add to `ops.run_metrics`: (metric, dimension) -> value, for one run."""
    rows = [(run_id, *names, value) for names, value in metrics.items()]
    if rows:
        marks = ", ".join("(?, ?, ?, ?)" for _ in rows)
        connection.execute(
            f"insert into raw.run_metrics values {marks}", [value for row in rows for value in row]
        )


def _layout() -> str:
    statements = (*BOOKS, *(raw_table(contract) for contract in CONTRACTS.values()))
    return hashlib.sha256("\n".join(statements).encode()).hexdigest()


def _files(entries: list[Entry]) -> dict[str, str]:
    """The hash of every file that a line ever named, by its path, also of those that were merged since."""
    return {stored.path: stored.sha256 for entry in entries for stored in entry.named}


def _landed(entry: Entry) -> dict[str, ContractEntry]:
    """What a batch says of landing files; a forgetting is none, and loads no row."""
    return {name: taken for name, taken in entry.contracts.items() if name in CONTRACTS}


def _fits(settings: Settings, entries: list[Entry], forgotten: Forgotten) -> bool:
    """Whether the warehouse holds only batches and segments of this ledger, in today's layout, and nobody forgotten."""
    if not settings.warehouse.exists():
        return False
    files = _files(entries)
    try:
        with connect(settings) as connection:
            layout = connection.execute("select digest from ops.layout").fetchall()
            loaded = connection.execute("select path, sha256 from ops.loaded_segments").fetchall()
            batches = connection.execute(
                "select batch, hash from raw.ledger_batches order by batch"
            ).fetchall()
    except (duckdb.CatalogException, duckdb.BinderException):
        return False
    begins_alike = batches == [(entry.batch, entry.hash) for entry in entries[: len(batches)]]
    return (
        layout == [(_layout(),)]
        and begins_alike
        and len(batches) >= forgotten.batch
        and all(files.get(path) == sha256 for path, sha256 in loaded)
    )


def _set_run(connection: duckdb.DuckDBPyConnection, table: str, run: Run | None) -> None:
    connection.execute("begin")
    connection.execute(f"delete from {table}")
    if run is not None:
        connection.execute(
            f"insert into {table} ({RUN}) values (?, ?, ?, ?, ?)",
            [run.run_id, run.n, run.as_of, run.head, run.code_version],
        )
    connection.execute("commit")


def _create(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("begin")
    connection.execute("create schema raw; create schema ops")
    for statement in (*BOOKS, *(raw_table(contract) for contract in CONTRACTS.values())):
        connection.execute(statement)
    connection.execute("insert into ops.layout values (?)", [_layout()])
    connection.execute("commit")


def _load_new(
    connection: duckdb.DuckDBPyConnection, opener: Opener, entries: list[Entry]
) -> dict[str, int]:
    """Load what the warehouse has not; how many rows of each contract that were."""
    rows: dict[str, int] = {}
    [(loaded,)] = connection.execute(
        "select coalesce(max(batch), 0) from raw.ledger_batches"
    ).fetchall()
    held = {name: files for name, files in segments(entries).items() if name in CONTRACTS}
    for group in _sharing_files(entries[loaded:], held):
        first, last = group[0].batch, group[-1].batch
        connection.execute("begin")
        _load_books(connection, group)
        for name, files in held.items():
            for segment in files:
                if segment.last >= first and segment.first <= last:
                    _load_segment(connection, opener, name, segment, first)
        for entry in group:
            for name, taken in _landed(entry).items():
                if taken.quarantine is not None:
                    _load_quarantine(connection, opener, name, entry.batch, taken.quarantine)
                if taken.accepted:
                    rows[name] = rows.get(name, 0) + taken.accepted
        connection.execute("commit")
    return rows


def _sharing_files(entries: list[Entry], held: dict[str, list[Segment]]) -> Iterator[list[Entry]]:
    """New batches in their order, those together of which a file holds rows."""
    if not entries:
        return
    reach: dict[int, int] = {}
    for files in held.values():
        for segment in files:
            first = max(segment.first, entries[0].batch)
            reach[first] = max(reach.get(first, 0), segment.last)
    group: list[Entry] = []
    end = 0
    for entry in entries:
        group.append(entry)
        end = max(end, entry.batch, reach.get(entry.batch, 0))
        if entry.batch == end:
            yield group
            group = []


def _load_books(connection: duckdb.DuckDBPyConnection, entries: list[Entry]) -> None:
    """What the lines say."""
    batches = [(entry.batch, entry.time, entry.hash) for entry in entries]
    _insert(connection, "raw.ledger_batches", batches)
    accounting = [
        (
            entry.batch,
            name,
            taken.rows_read,
            taken.accepted,
            taken.duplicates,
            taken.quarantined,
            len(taken.files),
        )
        for entry in entries
        for name, taken in _landed(entry).items()
    ]
    _insert(connection, "raw.ledger_accounting", accounting)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[Any, ...]]) -> None:
    """All rows with one statement: a ledger that is loaded anew has many thousands."""
    if rows:
        columns = {
            f"column{place}": pa.array(column)
            for place, column in enumerate(zip(*rows, strict=True))
        }
        connection.register("rows", pa.table(columns))
        connection.execute(f"insert into {table} select * from rows")
        connection.unregister("rows")


def _load_segment(
    connection: duckdb.DuckDBPyConnection,
    opener: Opener,
    name: str,
    segment: Segment,
    since: int,
) -> None:
    """The rows of a file from batch `since` on, each with its batch and its place in it."""
    contract = CONTRACTS[name]
    columns = ", ".join(column.name for column in contract.columns)
    if contract.personal:
        opened = opener.segment(contract, segment.stored)
        places = pa.array(range(len(opened)), pa.int64())
        connection.register("opened", opened.append_column("file_row_number", places))
        rows = "opened"
    else:
        path = opener.settings.data / segment.stored.path
        rows = accepted_rows(contract, [path], "file_row_number")
    begins = ", ".join(f"({batch}, {begin})" for batch, begin in segment.begins.items())
    connection.execute(f"""
        insert into raw.{name}
        select {columns}, batch, file_row_number - begin + 1
        from {rows} asof join (values {begins}) as begins (batch, begin) on file_row_number >= begin
        where batch >= {since}
    """)
    connection.unregister("opened")  # it holds names in clear
    _note_loaded(connection, segment.stored)


def _load_quarantine(
    connection: duckdb.DuckDBPyConnection, opener: Opener, name: str, batch: int, stored: StoredFile
) -> None:
    rows = f"read_parquet({literal(opener.settings.data / stored.path)})"
    if CONTRACTS[name].personal:
        connection.register("opened", opener.quarantine(CONTRACTS[name], stored))
        rows = "opened"
    connection.execute(
        "insert into raw.ledger_quarantine"
        f" select ?, ?, _file, _line, file, reasons, raw from {rows}",
        [batch, name],
    )
    connection.unregister("opened")
    _note_loaded(connection, stored)


def _note_loaded(connection: duckdb.DuckDBPyConnection, stored: StoredFile) -> None:
    connection.execute(
        "insert into ops.loaded_segments values (?, ?)", [stored.path, stored.sha256]
    )
