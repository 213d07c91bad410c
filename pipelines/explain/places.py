"""From a signal's place in the ledger to the line of the landing file that it came from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import duckdb

from pipelines.errors import CairnError, first_line
from pipelines.explain.explanation import Line
from pipelines.ledger import Segment, proven, segments_of
from pipelines.settings import Settings


@dataclass(frozen=True)
class Signal:
    """A row of `raw.<contract>`, named by its batch and its place in it (from 1), and what it adds."""

    contract: str
    batch: int
    row: int
    moment: datetime
    what: str


def lines_of(
    settings: Settings, connection: duckdb.DuckDBPyConnection, signals: Iterable[Signal]
) -> list[Line]:
    """The line of each signal, by (moment, contract, file, line).

    Raises `CairnError` when the ledger is not what was committed: another file's line would be named for the one meant.
    """
    by_contract: dict[str, list[Signal]] = defaultdict(list)
    for signal in signals:
        by_contract[signal.contract].append(signal)
    entries = proven(settings) if by_contract else []
    names = {
        (contract, file.sha256): file.name
        for entry in entries
        for contract in by_contract.keys() & entry.contracts.keys()
        for file in entry.contracts[contract].files
    }
    lines = [
        Line(names[contract, sha256], sha256, line, contract, of.batch, of.moment, of.what)
        for contract, of_contract in by_contract.items()
        for segment in segments_of(entries, contract)
        if (of_segment := [signal for signal in of_contract if signal.batch in segment.rows])
        for of, sha256, line in _of_segment(settings, connection, segment, of_segment)
    ]
    return sorted(lines, key=lambda line: (line.moment, line.contract, line.file, line.line))


def _of_segment(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    segment: Segment,
    signals: list[Signal],
) -> Iterator[tuple[Signal, str, int]]:
    """Each signal with the hash of its landing file and its line there."""
    path = settings.data / segment.stored.path
    begins = segment.begins
    places = [begins[signal.batch] + signal.row for signal in signals]
    try:
        found = connection.execute(
            "select file_row_number + 1, _file, _line from read_parquet(?, file_row_number = true)"
            " where file_row_number + 1 in (select unnest(?))",
            [str(path), places],
        ).fetchall()
    except duckdb.Error as error:
        raise CairnError(
            f"The lines behind the number cannot be named, because {path} cannot be read"
            f" ({first_line(error)}); nothing was changed; a run may have merged it meanwhile: try again."
        ) from error
    origins = {row: (sha256, line) for row, sha256, line in found}
    for signal, place in zip(signals, places, strict=True):
        yield signal, *origins[place]
