"""The committed sample as anybody can read it: every landing file line by line, in plain Python.

Belongs here: which rows landed, where, and which of them are in force. Not here: what a number is made of (`oracle`).
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.contracts import CONTRACTS
from pipelines.contracts.model import Kind

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Place = tuple[str, int]


@dataclass(frozen=True)
class Landed:
    """One row of a landing file: where it lies, and its values; what is empty is absent."""

    file: str
    line: int
    values: dict[str, Any]

    @property
    def place(self) -> Place:
        return self.file, self.line

    def __getitem__(self, column: str) -> str:
        return str(self.values[column])

    def get(self, column: str, default: str | None = None) -> str | None:
        value = self.values.get(column)
        return default if value is None else str(value)

    def says(self, column: str, *, default: bool = False) -> bool:
        """A truth value, spelled in any way that may land."""
        return self.values.get(column, default) in (True, "true", "True", "1", "yes", 1)

    def moment(self, column: str) -> datetime:
        return moment(self.values[column])

    @property
    def holds_from(self) -> datetime:
        given = self.values.get("effective_at", self.values.get("occurred_at"))
        return EPOCH if given is None else moment(given)


def moment(value: Any) -> datetime:
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def opened(path: Path) -> bytes:
    """A file's bytes, decompressed."""
    content = path.read_bytes()
    if path.suffix == ".gz":
        return gzip.decompress(content)
    if path.suffix == ".zst":
        return pa.CompressedInputStream(pa.BufferReader(content), "zstd").read()
    return content


def rows_of(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each row of a file with its line: of CSV the line it begins on, of Parquet its place, all from 1."""
    if path.suffix == ".parquet":
        yield from enumerate(pq.read_table(path).to_pylist(), start=1)
    elif ".jsonl" in path.name:
        for line, text in enumerate(opened(path).decode("utf-8-sig").splitlines(), start=1):
            try:
                yield line, json.loads(text)
            except json.JSONDecodeError:
                continue
    elif ".csv" in path.name:
        reader = csv.DictReader(io.StringIO(opened(path).decode("utf-8-sig"), newline=""))
        assert reader.fieldnames is not None
        begins = reader.line_num + 1
        for row in reader:
            yield begins, row
            begins = reader.line_num + 1


class LandedSample:
    """A landing folder's accepted rows; `quarantined` names the places of those that were kept back."""

    def __init__(self, landing: Path, as_of: datetime, quarantined: set[Place]) -> None:
        self.landing, self.as_of, self.quarantined = landing, as_of, quarantined

    @cached_property
    def everything(self) -> dict[str, list[Landed]]:
        """Every row by contract, in the order in which a batch judges them: (file hash, line)."""
        found: dict[str, list[Landed]] = {}
        for contract in CONTRACTS:
            # What could not be read at all was kept back as line 0.
            files = [
                path
                for path in (self.landing / contract).iterdir()
                if (f"{contract}/{path.name}", 0) not in self.quarantined
            ]
            files.sort(key=lambda path: hashlib.sha256(path.read_bytes()).hexdigest())
            found[contract] = [
                Landed(f"{contract}/{path.name}", line, _present(row))
                for path in files
                for line, row in rows_of(path)
            ]
        return found

    @cached_property
    def accepted(self) -> dict[str, list[Landed]]:
        """Of rows with one key the first, of what was not kept back, up to as_of."""
        found = {}
        for name, rows in self.everything.items():
            first: dict[tuple[object, ...], Landed] = {}
            for row in rows:
                if row.place not in self.quarantined and row.holds_from <= self.as_of:
                    key = tuple(row.get(column) for column in CONTRACTS[name].entity_key)
                    first.setdefault((*key, row.holds_from), row)
            found[name] = list(first.values())
        return found

    def events(self, contract: str, **matching: str | None) -> list[Landed]:
        """The events of a contract by (moment, id), those with these values."""
        [key] = CONTRACTS[contract].entity_key
        assert CONTRACTS[contract].kind is Kind.EVENT
        found = [row for row in self.accepted[contract] if _matches(row, matching)]
        return sorted(found, key=lambda row: (row.holds_from, row[key]))

    def in_force(
        self, contract: str, at: datetime | None = None, **matching: str | None
    ) -> list[Landed]:
        """The versions of a contract in force at a moment (default: as_of), those with these values."""
        latest: dict[tuple[str, ...], Landed] = {}
        for row in sorted(self.accepted[contract], key=lambda row: row.holds_from):
            if row.holds_from <= (at or self.as_of):
                latest[tuple(row[column] for column in CONTRACTS[contract].entity_key)] = row
        versions = (row for row in latest.values() if not row.says("is_deleted"))
        return [row for row in versions if _matches(row, matching)]


def _present(row: dict[str, Any]) -> dict[str, Any]:
    """The row without what is missing; texts are trimmed."""
    trimmed = {
        name: value.strip() if isinstance(value, str) else value for name, value in row.items()
    }
    return {name: value for name, value in trimmed.items() if value not in (None, "")}


def _matches(row: Landed, matching: dict[str, str | None]) -> bool:
    return all(row.get(column) == value for column, value in matching.items())
