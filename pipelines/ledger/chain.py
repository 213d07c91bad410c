"""The lines of `ledger.jsonl`: what a committed batch says of itself, each line sealed to the one before.

A line is JSON with sorted keys. Its `hash` is the SHA-256 of the line without `hash`; its `prev` is
the hash of the line before, `ORIGIN` for the first. The order of the lines is the order of history.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from pipelines.settings import Settings

ORIGIN = "0" * 64


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StoredFile(_Part):
    """A Parquet file of the ledger or of quarantine; `path` is relative to the data root."""

    path: str
    rows: int
    bytes: int
    sha256: str


class FileEntry(_Part):
    """A landing file as a batch took it: its name then, and its identity for ever."""

    name: str
    sha256: str
    rows_read: int
    ignored_columns: tuple[str, ...] = ()


class ContractEntry(_Part):
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

    @property
    def stored(self) -> tuple[StoredFile, ...]:
        """The files that the line vouches for."""
        return tuple(file for file in (self.segment, self.quarantine) if file is not None)


class Entry(_Part):
    """One line: batch number (1, 2, ...), commit time (UTC), what it did per contract, and its seal."""

    batch: int
    time: AwareDatetime
    contracts: dict[str, ContractEntry]
    prev: str
    hash: str = ""

    def sealed(self) -> "Entry":
        """The same entry with its own hash."""
        return self.model_copy(update={"hash": self.seal()})

    def seal(self) -> str:
        """The SHA-256 that the line must carry."""
        return hashlib.sha256(
            _canonical(self.model_dump(mode="json", exclude={"hash"}))
        ).hexdigest()

    def line(self) -> bytes:
        """The line as it lies in the file, line feed included."""
        return _canonical(self.model_dump(mode="json")) + b"\n"


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Ledger:
    """The committed batches of a data root. Reading takes no lock: a line is either whole or not there."""

    def __init__(self, settings: Settings) -> None:
        self.root = settings.data
        self.folder = settings.ledger
        self.file: Path = settings.ledger / "ledger.jsonl"

    def entries(self) -> list[Entry]:
        """All committed batches, oldest first; raises `ValueError` naming a line that cannot be read."""
        return [entry for _, entry in self.read_lines()]

    def read_lines(self) -> Iterator[tuple[bytes, Entry]]:
        """Each committed line with what it says. The bytes after the last line feed are no line yet."""
        committed = self.file.read_bytes().split(b"\n")[:-1] if self.file.exists() else []
        for number, line in enumerate(committed, start=1):
            try:
                yield line, Entry.model_validate_json(line)
            except ValidationError as error:
                raise ValueError(
                    f"ledger line {number} is no ledger entry ({error.error_count()} errors)"
                ) from error

    @property
    def position(self) -> int:
        """The number of committed batches, `n`."""
        return len(self.entries())

    @property
    def head(self) -> str:
        """The hash of the last line, `ORIGIN` while there is none."""
        entries = self.entries()
        return entries[-1].hash if entries else ORIGIN
