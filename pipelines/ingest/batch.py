"""One batch: everything new in landing, judged, deduplicated and committed with one ledger line."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.contracts import CONTRACTS
from pipelines.contracts.model import Contract
from pipelines.errors import CairnError
from pipelines.ingest.csv_format import read_csv
from pipelines.ingest.given import LINE, RAW, Notes, Reader
from pipelines.ingest.jsonl_format import read_jsonl
from pipelines.ingest.judge import REASONS, judging
from pipelines.ingest.landing import LandingFile, UnreadableFileError, scan
from pipelines.ingest.parquet_format import read_parquet
from pipelines.ingest.reading import readings
from pipelines.ingest.resolve import create_arrivals, resolve
from pipelines.ingest.sealed import person_of, refuse_without_keys, seal_arrivals, seal_rejected
from pipelines.ledger import (
    ContractEntry,
    Entry,
    FileEntry,
    LedgerLock,
    StoredFile,
    refuse_if_damaged,
)
from pipelines.ledger.writing import BatchWriter
from pipelines.privacy import PERSON, Opener, destroy_keys
from pipelines.settings import Settings
from pipelines.sql_text import literal
from pipelines.warehouse.connection import scratch

READERS: dict[str, Reader] = {"csv": read_csv, "jsonl": read_jsonl, "parquet": read_parquet}
UNREADABLE = "unreadable_file"


@dataclass(frozen=True)
class IngestReport:
    """What a batch did. `batch` is None when landing held nothing new, and then nothing was written."""

    batch: int | None = None
    contracts: dict[str, ContractEntry] = field(default_factory=dict)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    unknown_contract: tuple[str, ...] = ()
    swept: tuple[str, ...] = ()
    clock_went_back: str | None = None

    @property
    def ignored_columns(self) -> dict[str, tuple[str, ...]]:
        """Per landing file the columns that its contract does not know."""
        return {
            file.name: file.ignored_columns
            for contract in self.contracts.values()
            for file in contract.files
            if file.ignored_columns
        }


def ingest(settings: Settings, lock: LedgerLock, at: datetime | None = None) -> IngestReport:
    """Take everything new in landing into the ledger; raises `CairnError`, and then nothing was committed.

    Files already in the ledger, by content, are passed over. The caller holds the ledger's lock. `at` is the
    batch's ledger time, from which versions without `effective_at` hold; this moment when it is not given.
    """
    try:
        return _ingest(settings, lock, at)
    except (OSError, duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise CairnError(
            f"Ingesting into {settings.data} failed: {error}; nothing was committed, the ledger and"
            " landing are as they were; see to the file, the disk or the memory, and run again."
        ) from error


def _ingest(settings: Settings, lock: LedgerLock, at: datetime | None) -> IngestReport:
    refuse_if_damaged(settings)
    writer = BatchWriter(lock, at)
    swept = tuple(writer.sweep())
    history = writer.ledger.entries()
    opener = Opener.of(settings, history)
    destroy_keys(lock, opener)
    landing = scan(settings.landing)
    files = _new_files(landing.files, history)
    if not files:
        return IngestReport(unknown_contract=landing.unknown_contract, swept=swept)
    reasons: Counter[tuple[str, str]] = Counter()
    entries: dict[str, ContractEntry] = {}
    if any(CONTRACTS[name].personal for name in files):
        refuse_without_keys(lock)
    with scratch(settings) as connection:
        for name, contract_files in files.items():
            batch = _ContractBatch(
                connection, CONTRACTS[name], contract_files, lock, writer, opener
            )
            entries[name] = batch.take(history)
            reasons.update({(name, reason): count for reason, count in batch.reasons()})
    entry = writer.commit(entries)
    return IngestReport(
        entry.batch, entries, reasons, landing.unknown_contract, swept, _clock_went_back(writer)
    )


def _clock_went_back(writer: BatchWriter) -> str | None:
    if writer.time == writer.clock:
        return None
    return (
        f"The clock went back: it says {writer.clock.isoformat(timespec='seconds')}, the batch before is dated later."
        f" Batch {writer.number} is dated right after it, {writer.time.isoformat(timespec='seconds')}, and nothing was"
        " lost; what landed without effective_at shows once runs are judged at that moment. Set the clock."
    )


def _new_files(
    files: tuple[LandingFile, ...], history: list[Entry]
) -> dict[str, list[LandingFile]]:
    """Per contract the files that the ledger has never seen, once each, in the order of their hashes."""
    seen = {
        (name, file.sha256)
        for entry in history
        for name, contract in entry.contracts.items()
        for file in contract.files
    }
    new: dict[str, list[LandingFile]] = {}
    for file in sorted(files, key=lambda file: file.sha256):
        identity = (file.contract.name, file.sha256)
        if identity not in seen:
            seen.add(identity)
            new.setdefault(file.contract.name, []).append(file)
    return {name: new[name] for name in CONTRACTS if name in new}


class _ContractBatch:
    """The files of one contract on their way into a batch."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        contract: Contract,
        files: list[LandingFile],
        lock: LedgerLock,
        writer: BatchWriter,
        opener: Opener,
    ) -> None:
        self.connection = connection
        self.contract = contract
        self.files = files
        self.lock = lock
        self.settings = lock.settings
        self.writer = writer
        self.opener = opener

    def take(self, history: list[Entry]) -> ContractEntry:
        """Read, judge, resolve and write the files; the result is what the ledger line will say."""
        create_arrivals(self.connection, self.contract)
        taken = tuple(self._take_file(place, file) for place, file in enumerate(self.files))
        self._name_files()
        segments = [
            self.settings.data / entry.segment.path
            for entry in (batch.contracts.get(self.contract.name) for batch in history)
            if entry is not None and entry.segment is not None
        ]
        if self.contract.personal:
            seal_arrivals(self.connection, self.lock, self.contract, self.opener)
        forgotten = self.opener.forgotten.people
        resolve(self.connection, self.contract, segments, self.writer.time, forgotten)
        columns = ", ".join(column.name for column in self.contract.columns)
        segment = self._store(
            self.settings.ledger,
            f"""
            select {columns}, files._sha256 as _file, {LINE}
            from resolved inner join files using (_file)
            where _status = 'accepted'
            """,
        )
        self._collect_quarantine()
        person = f", {PERSON}" if self.contract.personal else ""
        quarantine = self._store(
            self.settings.quarantine,
            f"""
            select files._sha256 as _file, {LINE}, files._name as file, {REASONS} as reasons, {RAW} as raw{person}
            from rejected inner join files using (_file)
            """,
        )
        return ContractEntry(
            rows_read=sum(file.rows_read for file in taken),
            accepted=segment.rows if segment else 0,
            duplicates=self._count("resolved where _status = 'duplicate'"),
            quarantined=quarantine.rows if quarantine else 0,
            files=taken,
            segment=segment,
            quarantine=quarantine,
        )

    def reasons(self) -> list[tuple[str, int]]:
        """How often each reason of quarantine was given."""
        return self.connection.execute(f"""
            select reason, count(*) from (select unnest({REASONS}) as reason from rejected)
            group by reason order by reason
        """).fetchall()

    def _take_file(self, place: int, file: LandingFile) -> FileEntry:
        """Read and judge one file into `arrivals`; one that cannot be read becomes a single row."""
        notes = Notes()
        rows = 0
        try:
            for chunk in self._read(file, notes):
                self._judge(place, chunk, bars=file.format == "csv")
                rows += len(chunk)
        except UnreadableFileError:
            self.connection.execute("delete from arrivals where _file = ?", [place])
            self.connection.execute(
                f"insert into arrivals by name select {place} as _file, 0 as {LINE},"
                f" ['{UNREADABLE}'] as {REASONS}"
            )
            notes = Notes()
            rows = 1
        if file.has_changed():
            raise CairnError(
                f"The landing file {file.name} was written or vanished while it was read; nothing was"
                " committed and the ledger is as it was; drop files under a name that ends in .tmp,"
                " rename them when they are whole, and run again."
            )
        return FileEntry(
            name=file.name,
            sha256=file.sha256,
            rows_read=rows,
            ignored_columns=tuple(sorted(notes.ignored_columns)),
        )

    def _read(self, file: LandingFile, notes: Notes) -> Iterator[pa.Table]:
        if file.format is None:
            raise UnreadableFileError(f"no format has the suffix {file.path.suffix!r}")
        return READERS[file.format](file, self.connection, notes)

    def _judge(self, place: int, chunk: pa.Table, *, bars: bool) -> None:
        given = set(chunk.column_names)
        self.connection.register("chunk", chunk)
        self.connection.register("readings", readings(self.contract, chunk, bars=bars))
        self.connection.execute(
            f"insert into arrivals select {place}, * from ({judging(self.contract, given)})"
        )
        self.connection.unregister("chunk")
        self.connection.unregister("readings")

    def _name_files(self) -> None:
        self.connection.execute(
            "create or replace temp table files (_file integer, _sha256 varchar, _name varchar)"
        )
        self.connection.executemany(
            "insert into files values (?, ?, ?)",
            [(place, file.sha256, file.name) for place, file in enumerate(self.files)],
        )

    def _collect_quarantine(self) -> None:
        person = f", {person_of(self.contract)} as {PERSON}" if self.contract.personal else ""
        self.connection.execute(f"""
            create or replace temp table rejected as
            select _file, {LINE}, {RAW}, {REASONS}{person} from arrivals where len({REASONS}) > 0
            union all
            select _file, {LINE}, {RAW}, ['conflict']{person} from resolved where _status = 'conflict'
        """)
        if self.contract.personal:
            seal_rejected(self.connection, self.lock, self.contract, self.opener)

    def _store(self, folder: Path, rows: str) -> StoredFile | None:
        """Write rows as this batch's Parquet file in a folder, in the order of (file hash, line)."""
        count = self._count(f"({rows})")
        if count == 0:
            return None
        temporary = self.writer.temporary_path(folder, self.contract.name)
        self.connection.execute(
            f"copy (select * from ({rows}) order by _file, {LINE})"
            f" to {literal(temporary)} (format parquet, compression zstd)"
        )
        return self.writer.keep(temporary, count)

    def _count(self, relation: str) -> int:
        row = self.connection.execute(f"select count(*) from {relation}").fetchone()
        assert row is not None
        return int(row[0])
