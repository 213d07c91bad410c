"""Which files hold the accepted rows now: a batch's own segment, or the one that several batches' were merged into.

Belongs here: what the chain says of it, and how the rows are read. Whoever reads accepted rows asks here, and nobody
reads the name of a segment out of a line. Not here: merging (`compacting`), and whether the files are what the chain
says (`verify`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.contracts.model import Contract
from pipelines.ledger.chain import Compaction, Entry, StoredFile
from pipelines.sql_text import literal


@dataclass(frozen=True, slots=True)
class Segment:
    """A file of a contract's accepted rows, and how many of them each batch brought, in the order in which they lie.

    `first` and `last` are the batches at its ends; `level` counts how often its rows were merged: 0 for a batch's own.
    """

    stored: StoredFile
    rows: dict[int, int]
    first: int
    last: int
    level: int = 0

    @property
    def begins(self) -> dict[int, int]:
        """How many rows lie before those of each batch."""
        begins, before = {}, 0
        for batch, rows in self.rows.items():
            begins[batch] = before
            before += rows
        return begins


def accepted_rows(contract: Contract, files: Iterable[Path], *options: str) -> str:
    """SQL for the rows of files of segments, in their order; a column is NULL where a file is older than it.

    `options` are further ones of DuckDB's `read_parquet`, such as `file_row_number`.
    """
    names = ", ".join(map(literal, files))
    further = "".join(f", {option} = true" for option in ("union_by_name", *options))
    columns = ", ".join(f"null::{column.sql_type} as {column.name}" for column in contract.columns)
    return f"(from read_parquet([{names}]{further}) union all by name select {columns} where false)"


def segments(entries: Sequence[Entry]) -> dict[str, list[Segment]]:
    """Per contract its files: see `segments_of`."""
    names = dict.fromkeys(
        name for entry in entries for name in (*entry.contracts, *entry.compacted)
    )
    return {name: segments_of(entries, name) for name in names}


def segments_of(entries: Iterable[Entry], contract: str) -> list[Segment]:
    """The files that hold a contract's rows after these batches, oldest first.

    `entries` must be all batches of a ledger, for any of them may have merged the files of those before it. Raises
    `ValueError` when a line says that a file replaces segments which do not exist, or which have more or fewer rows.
    """
    held: list[Segment] = []
    for entry in entries:
        compaction = entry.compacted.get(contract)
        if compaction is not None:
            held = _compacted(entry.batch, contract, held, compaction)
        taken = entry.contracts.get(contract)
        if taken is not None and taken.segment is not None:
            held.append(
                Segment(taken.segment, {entry.batch: taken.segment.rows}, entry.batch, entry.batch)
            )
    return held


def _compacted(
    batch: int, contract: str, held: Sequence[Segment], compaction: Compaction
) -> list[Segment]:
    """The files after a compaction."""
    first, last = compaction.first, compaction.last
    begin = sum(segment.first < first for segment in held)
    end = sum(segment.last <= last for segment in held)
    merged = held[begin:end]
    rows: dict[int, int] = {}
    for segment in merged:
        rows |= segment.rows
    if not merged or (merged[0].first, merged[-1].last) != (first, last):
        raise ValueError(
            f"batch {batch}: {compaction.file.path} takes the place of segments that {contract} does not have"
        )
    if sum(rows.values()) != compaction.file.rows:
        raise ValueError(
            f"batch {batch}: {compaction.file.path} has {compaction.file.rows} rows instead of the"
            f" {sum(rows.values())} of batches {first} to {last}"
        )
    level = 1 + max(segment.level for segment in merged)
    return [*held[:begin], Segment(compaction.file, rows, first, last, level), *held[end:]]
