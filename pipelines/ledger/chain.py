"""The lines of `ledger.jsonl`: what a committed batch says of itself, each line sealed to the one before.

A line is JSON with sorted keys. Its `hash` is the SHA-256 of the line without `hash`; its `prev` is
the hash of the line before, `ORIGIN` for the first. The order of the lines is the order of history.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import field, replace
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from pipelines.errors import CairnError
from pipelines.settings import Settings

ORIGIN = "0" * 64


_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, kw_only=True, slots=True, config=_STRICT)
class StoredFile:
    """A Parquet file of the ledger or of quarantine; `path` is relative to the data root."""

    path: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True, config=_STRICT)
class FileEntry:
    """A landing file as a batch took it: its name then, and its identity for ever."""

    name: str
    sha256: str
    rows_read: int
    ignored_columns: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True, config=_STRICT)
class ContractEntry:
    """What a batch did for one contract; `rows_read = accepted + duplicates + quarantined`."""

    rows_read: int
    accepted: int
    duplicates: int
    quarantined: int
    files: tuple[FileEntry, ...]
    segment: StoredFile | None = None
    quarantine: StoredFile | None = None

    @property
    def balances(self) -> bool:
        """The conservation law."""
        return self.rows_read == self.accepted + self.duplicates + self.quarantined


@dataclass(frozen=True, kw_only=True, slots=True, config=_STRICT)
class Compaction:
    """One file in the place of a contract's segments of batches `first` to `last`: their rows, one after the other."""

    first: int
    last: int
    file: StoredFile


@dataclass(frozen=True, kw_only=True, slots=True, config=_STRICT)
class Entry:
    """One line: batch number (1, 2, ...), commit time (UTC), what it did per contract, and its seal.

    `compacted` says per contract which earlier segments lie in one file from now on. It adds no row and takes none, so
    that neither a batch nor a row's place in it means another thing; a line without any does not name it.
    """

    batch: int
    time: AwareDatetime
    contracts: dict[str, ContractEntry]
    compacted: dict[str, Compaction] = field(default_factory=dict)
    prev: str
    hash: str = ""

    @property
    def quarantine(self) -> Iterator[tuple[str, StoredFile]]:
        """The batch's files of rejected rows, by their contracts; they stay where the line says."""
        for name, taken in self.contracts.items():
            if taken.quarantine is not None:
                yield name, taken.quarantine

    @property
    def named(self) -> Iterator[StoredFile]:
        """Every file that the line says was written for it."""
        for taken in self.contracts.values():
            yield from (file for file in (taken.segment, taken.quarantine) if file is not None)
        yield from (compaction.file for compaction in self.compacted.values())

    def sealed(self) -> "Entry":
        """The same entry with its own hash."""
        return replace(self, hash=self.seal())

    def seal(self) -> str:
        """The SHA-256 that the line must carry."""
        return hashlib.sha256(
            _canonical({name: value for name, value in self._said().items() if name != "hash"})
        ).hexdigest()

    def line(self) -> bytes:
        """The line as it lies in the file, line feed included."""
        return _canonical(self._said()) + b"\n"

    def _said(self) -> dict[str, Any]:
        """What the line says; the lines of ledgers that knew no compaction stay as they are."""
        said: dict[str, Any] = _ENTRY.dump_python(
            self, mode="json", exclude=None if self.compacted else {"compacted"}
        )
        return said


_ENTRY = TypeAdapter(Entry)


@cache
def read_line(line: bytes) -> Entry:
    """What a line says; raises `ValidationError` for anything else.

    The same bytes say the same, and each step of a run reads the ledger anew: they are taken apart once per process.
    """
    return _ENTRY.validate_json(line)


def is_sealed(line: bytes, entry: Entry) -> bool:
    """Whether a line has the hash that it carries, in the place where it was written.

    The bytes are hashed as they lie, without `hash`: the same said in other bytes has another hash.
    """
    before, mark, after = line.rpartition(f',"hash":"{entry.hash}","prev":"'.encode())
    return bool(mark) and entry.hash == hashlib.sha256(before + b',"prev":"' + after).hexdigest()


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Ledger:
    """The committed batches of a data root. Reading takes no lock: a line is either whole or not there."""

    def __init__(self, settings: Settings) -> None:
        self.root = settings.data
        self.folder = settings.ledger
        self.file: Path = settings.ledger / "ledger.jsonl"

    def require(self) -> None:
        """Raise `CairnError` where there is none, such as in a data root whose name was mistyped."""
        if not self.folder.is_dir():
            raise CairnError(
                f"There is no ledger in {self.root}; nothing was changed; name the data root with --data or CAIRN_DATA,"
                " or restore its ledger from a backup."
            )

    def entries(self) -> list[Entry]:
        """All committed batches, oldest first; raises `CairnError` naming a line that cannot be read."""
        try:
            return [entry for _, entry in self.read_lines()]
        except ValueError as error:
            raise CairnError(
                f"The ledger in {self.folder} cannot be read: {error}; nothing was written, and what was published"
                " stands; see `cairn verify`, then restore the ledger from a backup."
            ) from error

    def read_lines(self) -> Iterator[tuple[bytes, Entry]]:
        """Each committed line with what it says; raises `ValueError` naming one that cannot be read.

        The bytes after the last line feed are no line yet.
        """
        committed = self.file.read_bytes().split(b"\n")[:-1] if self.file.exists() else []
        for number, line in enumerate(committed, start=1):
            try:
                yield line, read_line(line)
            except ValidationError as error:
                raise ValueError(
                    f"ledger line {number} is no ledger entry ({error.error_count()} errors)"
                ) from error

    @property
    def is_torn(self) -> bool:
        """Whether bytes follow the last line feed."""
        return self.file.exists() and self.file.read_bytes()[-1:] not in (b"", b"\n")

    @property
    def size(self) -> int:
        """How many bytes the lines have."""
        return self.file.stat().st_size if self.file.exists() else 0

    @property
    def position(self) -> int:
        """The number of committed batches, `n`."""
        return len(self.entries())

    @property
    def head(self) -> str:
        """The hash of the last line, `ORIGIN` while there is none."""
        entries = self.entries()
        return entries[-1].hash if entries else ORIGIN
