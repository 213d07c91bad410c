"""One batch: everything new in landing, judged, deduplicated and committed with one ledger line."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from time import time_ns

import duckdb
import pyarrow as pa

from pipelines.contracts import CONTRACTS
from pipelines.contracts.model import Contract
from pipelines.errors import MachineError, first_line
from pipelines.ingest.ahead import ahead
from pipelines.ingest.formats import open_formats
from pipelines.ingest.given import LINE, RAW, Format, Notes, gathered, is_in_order
from pipelines.ingest.hashes import Hashes
from pipelines.ingest.judge import REASONS, Given, judging
from pipelines.ingest.landing import (
    SYSTEM_ERRORS,
    LandingFile,
    UnreadableFileError,
    refuse_if_changed,
    scan,
)
from pipelines.ingest.reading import readings
from pipelines.ingest.rejected import collect_rejected
from pipelines.ingest.resolve import DUPLICATE, GOOD, create_arrivals, resolve
from pipelines.ingest.sealed import refuse_without_keys, seal_arrivals
from pipelines.ledger import (
    ContractEntry,
    Entry,
    FileEntry,
    LedgerLock,
    StoredFile,
    proven,
)
from pipelines.ledger.compacting import compact
from pipelines.ledger.writing import BatchWriter
from pipelines.privacy import PERSON, Opener, destroy_keys
from pipelines.settings import Settings
from pipelines.sql_text import copy_to_parquet
from pipelines.warehouse.connection import in_morsels, scratch

UNREADABLE = "unreadable_file"


@dataclass(frozen=True)
class IngestReport:
    """What a batch did. `batch` is None when landing held nothing new, and then nothing was written.

    `unreadable` says of each landing file that could not be read why.
    """

    batch: int | None = None
    contracts: dict[str, ContractEntry] = field(default_factory=dict)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    unreadable: dict[str, str] = field(default_factory=dict)
    unknown_contract: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
    is_landing_missing: bool = False
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
    except (OSError, *SYSTEM_ERRORS) as error:
        what = str(error) or "memory ran out"
        raise MachineError(
            f"Ingesting into {settings.data} failed: {what}; nothing was committed, the ledger and"
            " landing are as they were; see to the file, its rights, the disk or the memory, and run again."
        ) from error


def _ingest(settings: Settings, lock: LedgerLock, at: datetime | None) -> IngestReport:
    history = proven(settings)
    writer = BatchWriter(lock, history, at)
    swept = tuple(writer.sweep())
    opener = Opener.of(settings, history)
    destroy_keys(lock, opener)
    refuse_without_keys(opener, history)
    hashes = Hashes(settings.landing_index, time_ns())
    landing = scan(settings.landing, hashes, _taken(history))
    hashes.keep()
    report = IngestReport(
        unknown_contract=landing.unknown_contract,
        passed_over=landing.passed_over,
        is_landing_missing=landing.is_missing,
        swept=swept,
    )
    files = _by_contract(landing.files)
    if not files:
        return report
    reasons: Counter[tuple[str, str]] = Counter()
    unreadable: dict[str, str] = {}
    entries: dict[str, ContractEntry] = {}
    with scratch(settings) as connection, open_formats(settings, connection) as formats:
        # Rows come in the order in which they are written: where it is kept, they need not be sorted.
        connection.execute("set preserve_insertion_order = true")
        connection.execute(_type_of_hashes(files))
        for name, contract_files in files.items():
            batch = _ContractBatch(
                connection, formats, CONTRACTS[name], contract_files, lock, writer, opener
            )
            entries[name] = batch.take()
            reasons.update({(name, reason): count for reason, count in batch.reasons()})
            unreadable |= {batch.files[file].name: why for file, why in batch.unreadable.items()}
        compacted = compact(connection, writer)
    entry = writer.commit(entries, compacted)
    return replace(
        report,
        batch=entry.batch,
        contracts=entries,
        reasons=reasons,
        unreadable=unreadable,
        clock_went_back=_clock_went_back(writer),
    )


def _clock_went_back(writer: BatchWriter) -> str | None:
    if writer.time == writer.clock:
        return None
    return (
        f"The clock went back: it says {writer.clock.isoformat(timespec='seconds')}, the batch before is dated later."
        f" Batch {writer.number} is dated right after it, {writer.time.isoformat(timespec='seconds')}, and nothing was"
        " lost; what landed without effective_at shows once runs are judged at that moment. Set the clock, unless this"
        " run waited for another."
    )


def _taken(history: list[Entry]) -> set[tuple[str, str]]:
    """The identities of all landing files that the ledger has: contract and SHA-256."""
    return {
        (name, file.sha256)
        for entry in history
        for name, contract in entry.contracts.items()
        for file in contract.files
    }


def _by_contract(files: tuple[LandingFile, ...]) -> dict[str, list[LandingFile]]:
    """Per contract its files, in the order of their hashes; of equal bytes one, whose name says how to read them."""
    new: dict[str, dict[str, LandingFile]] = {}
    for file in sorted(files, key=lambda file: (file.sha256, file.format is None)):
        new.setdefault(file.contract.name, {}).setdefault(file.sha256, file)
    return {name: [*new[name].values()] for name in CONTRACTS if name in new}


def _type_of_hashes(files: dict[str, list[LandingFile]]) -> str:
    """The type `landed`: the hashes of all files, which compare as hashes do and are as short as numbers."""
    hashes = sorted({file.sha256 for of_contract in files.values() for file in of_contract})
    values = ", ".join(f"'{sha256}'" for sha256 in hashes)
    return f"create type landed as enum ({values})"


class _ContractBatch:
    """The files of one contract on their way into a batch."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        formats: Mapping[str, Format],
        contract: Contract,
        files: list[LandingFile],
        lock: LedgerLock,
        writer: BatchWriter,
        opener: Opener,
    ) -> None:
        self.connection = connection
        self.formats = formats
        self.contract = contract
        self.files = {file.sha256: file for file in files}
        self.lock = lock
        self.settings = lock.settings
        self.writer = writer
        self.opener = opener
        self.is_in_order = True
        self.unreadable: dict[str, str] = {}

    def take(self) -> ContractEntry:
        """Read, judge, resolve and write the files; the result is what the ledger line will say."""
        create_arrivals(self.connection, self.contract)
        taken = tuple(self._take_file(file) for file in self.files.values())
        if self.unreadable:
            self._refuse_unreadable()
        segments = [
            self.settings.data / segment.stored.path
            for segment in self.writer.segments.get(self.contract.name, [])
        ]
        if self.contract.personal:
            seal_arrivals(self.connection, self.lock, self.contract, self.opener)
        forgotten = self.opener.forgotten.people
        resolve(self.connection, self.contract, segments, self.writer.time, forgotten)
        columns = ", ".join(column.name for column in self.contract.columns)
        by_line = f"order by _file, {LINE}"
        segment = self._store(
            self.settings.ledger,
            f"select {columns}, _file, {LINE} from {GOOD} {'' if self.is_in_order else by_line}",
        )
        collect_rejected(
            self.connection, self.formats, self.lock, self.contract, self.files, self.opener
        )
        person = f", {PERSON}" if self.contract.personal else ""
        quarantine = self._store(
            self.settings.quarantine,
            f"""
            select _file, {LINE}, _name as file, {REASONS} as reasons, {RAW} as raw{person}
            from rejected inner join files using (_file) {by_line}
            """,
        )
        return ContractEntry(
            rows_read=sum(file.rows_read for file in taken),
            accepted=segment.rows if segment else 0,
            duplicates=self._count(f"arrivals where {REASONS} = ['{DUPLICATE}']"),
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

    def _take_file(self, file: LandingFile) -> FileEntry:
        """Read and judge one file into `arrivals`; one that cannot be read becomes a single row."""
        notes = Notes()
        rows = 0
        try:
            for chunk in ahead(gathered(self._read(file, notes))):
                self._judge(file, chunk)
                rows += len(chunk)
        except UnreadableFileError as error:
            if rows:
                self.connection.execute("delete from arrivals where _file = ?", [file.sha256])
            self.unreadable[file.sha256] = first_line(error)
            notes = Notes()
            rows = 1
        refuse_if_changed(file)
        return FileEntry(
            name=file.name,
            sha256=file.sha256,
            rows_read=rows,
            ignored_columns=tuple(sorted(notes.ignored_columns)),
        )

    def _refuse_unreadable(self) -> None:
        self.connection.register("unreadable", pa.table({"_file": [*self.unreadable]}))
        self.connection.execute(
            f"insert into arrivals by name"
            f" select _file, 0 as {LINE}, ['{UNREADABLE}'] as {REASONS} from unreadable"
        )
        self.connection.unregister("unreadable")

    def _read(self, file: LandingFile, notes: Notes) -> Iterator[pa.Table]:
        if file.format is None:
            raise UnreadableFileError(
                f"no format has the suffix {file.path.suffix!r}; save it as .csv, .jsonl or .parquet, with a line more:"
                " its bytes are known as they are"
            )
        return self.formats[file.format].read(file, notes)

    def _judge(self, file: LandingFile, chunk: pa.Table) -> None:
        self.is_in_order &= is_in_order(chunk)
        read = readings(self.contract, chunk, bars=file.format == "csv")
        statement = judging(self.contract, Given.in_(chunk, read))
        self.connection.register("chunk", in_morsels(chunk))
        self.connection.register("readings", read)
        self.connection.execute(
            f"insert into arrivals select '{file.sha256}', * from ({statement})"
        )
        self.connection.unregister("chunk")
        self.connection.unregister("readings")

    def _store(self, folder: Path, rows: str) -> StoredFile | None:
        """Write rows, if there are any, as this batch's Parquet file in a folder."""
        if not self.connection.execute(f"select 1 from ({rows}) limit 1").fetchall():
            return None
        temporary = self.writer.temporary_path(folder, self.contract.name)
        [(count,)] = self.connection.execute(copy_to_parquet(rows, temporary)).fetchall()
        return self.writer.keep(temporary, count)

    def _count(self, relation: str) -> int:
        row = self.connection.execute(f"select count(*) from {relation}").fetchone()
        assert row is not None
        return int(row[0])
