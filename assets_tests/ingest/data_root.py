"""A data root for tests: drop landing files, take them in, look at what the ledger says.

What belongs here: reading back what `ingest` wrote. Nothing here judges a row.
"""

from __future__ import annotations

import gzip
import hashlib
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.contracts import CONTRACTS
from pipelines.ingest import IngestReport, ingest
from pipelines.ledger import ContractEntry, Ledger, StoredFile, ledger_lock, segments_of
from pipelines.privacy import Opener
from pipelines.settings import Settings


@dataclass(frozen=True)
class Quarantined:
    """A rejected row as quarantine keeps it."""

    file: str
    line: int
    reasons: tuple[str, ...]
    raw: str | None
    sha256: str = ""


class DataRoot:
    """Settings over a folder of the test, and what was done with them."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.settings = Settings(data=folder, memory_limit="2GiB", threads=2, **settings)
        self.ledger = Ledger(self.settings)

    def drop(self, name: str, content: bytes | str | pa.Table) -> Path:
        """Write `landing/<name>`; a table becomes Parquet, text UTF-8."""
        path = self.settings.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(parquet(content) if isinstance(content, pa.Table) else encoded(content))
        return path

    def ingest(self, at: datetime | None = None) -> IngestReport:
        """Take landing in, and hold the conservation law and the report against the ledger."""
        with ledger_lock(self.settings) as lock:
            report = ingest(self.settings, lock, at)
        for entry in report.contracts.values():
            assert entry.rows_read == entry.accepted + entry.duplicates + entry.quarantined
            assert entry.rows_read == sum(file.rows_read for file in entry.files)
            assert rows_of(self, entry.segment) == entry.accepted
            assert rows_of(self, entry.quarantine) == entry.quarantined
        if report.batch is not None:
            assert self.ledger.entries()[report.batch - 1].contracts == report.contracts
        return report

    def taken(self, contract: str, name: str, content: bytes | str | pa.Table) -> ContractEntry:
        """Drop one file, take it in, and say what its batch did for the contract."""
        self.drop(f"{contract}/{name}", content)
        return self.ingest().contracts[contract]

    def accepted(self, contract: str) -> list[dict[str, Any]]:
        """All accepted rows of a contract in the order of the ledger, `_file` and `_line` included."""
        held = segments_of(self.ledger.entries(), contract)
        return [row for file in held for row in self.opened(contract, file.stored, "segment")]

    def quarantined(self, contract: str) -> list[Quarantined]:
        """All quarantined rows of a contract in the order of the ledger."""
        return [
            Quarantined(row["file"], row["_line"], tuple(row["reasons"]), row["raw"], row["_file"])
            for entry in self.ledger.entries()
            if contract in entry.contracts
            for row in self.opened(contract, entry.contracts[contract].quarantine, "quarantine")
        ]

    def opened(self, contract: str, stored: StoredFile | None, kind: str) -> list[dict[str, Any]]:
        """The rows of a stored file, what is personal in clear."""
        if stored is None or not CONTRACTS[contract].personal:
            return self.read(stored)
        opener = Opener.of(self.settings, self.ledger.entries())
        rows: list[dict[str, Any]] = getattr(opener, kind)(CONTRACTS[contract], stored).to_pylist()
        return rows

    def read(self, stored: StoredFile | None) -> list[dict[str, Any]]:
        """The rows of a segment or a quarantine file."""
        if stored is None:
            return []
        rows: list[dict[str, Any]] = pq.read_table(self.settings.data / stored.path).to_pylist()
        return rows

    def snapshot(self) -> dict[str, str]:
        """Every file of the ledger and of quarantine with the hash of its bytes; the lock file aside."""
        folders = (self.settings.ledger, self.settings.quarantine)
        return {
            path.relative_to(self.settings.data).as_posix(): sha256(path.read_bytes())
            for folder in folders
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name != ".lock"
        }


def rows_of(root: DataRoot, stored: StoredFile | None) -> int:
    """The rows that a stored file really has, held against what the ledger line says of it."""
    if stored is None:
        return 0
    rows = pq.ParquetFile(root.settings.data / stored.path).metadata.num_rows
    assert rows == stored.rows
    return int(rows)


def reasons(entry_or_rows: Sequence[Quarantined]) -> Counter[str]:
    """How often each reason was given."""
    return Counter(reason for row in entry_or_rows for reason in row.reasons)


def encoded(content: bytes | str) -> bytes:
    return content.encode() if isinstance(content, str) else content


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def parquet(table: pa.Table, **options: Any) -> bytes:
    """The bytes of a Parquet file."""
    buffer = io.BytesIO()
    pq.write_table(table, buffer, **options)
    return buffer.getvalue()


def compressed(content: bytes | str, suffix: str) -> bytes:
    """The content as a `.gz` or `.zst` holds it; the same bytes every time."""
    if suffix == ".gz":
        return gzip.compress(encoded(content), mtime=0)
    return pa.Codec("zstd").compress(encoded(content), asbytes=True)
