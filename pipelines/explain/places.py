"""From a signal's place in the ledger to the line of the landing file that it came from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import duckdb

from pipelines.errors import CairnError
from pipelines.explain.explanation import Line
from pipelines.ledger import ContractEntry, Ledger
from pipelines.settings import Settings


@dataclass(frozen=True)
class Signal:
    """A row of `raw.<contract>`, named by its batch and its place in the segment (from 1), and what it adds."""

    contract: str
    batch: int
    row: int
    moment: datetime
    what: str


def lines_of(
    settings: Settings, connection: duckdb.DuckDBPyConnection, signals: Iterable[Signal]
) -> list[Line]:
    """The line of each signal, by (moment, contract, file, line). Raises `CairnError` when a segment cannot be read."""
    by_segment: dict[tuple[int, str], list[Signal]] = defaultdict(list)
    for signal in signals:
        by_segment[signal.batch, signal.contract].append(signal)
    entries = {entry.batch: entry for entry in Ledger(settings).entries()} if by_segment else {}
    lines = [
        line
        for (batch, contract), of_segment in by_segment.items()
        for line in _of_segment(
            settings, connection, entries[batch].contracts[contract], of_segment
        )
    ]
    return sorted(lines, key=lambda line: (line.moment, line.contract, line.file, line.line))


def _of_segment(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    taken: ContractEntry,
    signals: list[Signal],
) -> Iterator[Line]:
    assert taken.segment is not None
    path = settings.data / taken.segment.path
    try:
        found = connection.execute(
            "select file_row_number + 1, _file, _line from read_parquet(?, file_row_number = true)"
            " where file_row_number + 1 in (select unnest(?))",
            [str(path), [signal.row for signal in signals]],
        ).fetchall()
    except duckdb.Error as error:
        raise CairnError(
            f"The lines behind the number cannot be named, because {path} cannot be read"
            f" ({next(iter(str(error).splitlines()), '')}); nothing was changed; see what `cairn verify` says."
        ) from error
    places = {row: (sha256, line) for row, sha256, line in found}
    names = {file.sha256: file.name for file in taken.files}
    for signal in signals:
        sha256, line = places[signal.row]
        yield Line(
            names[sha256],
            sha256,
            line,
            signal.contract,
            signal.batch,
            signal.moment,
            signal.what,
        )
