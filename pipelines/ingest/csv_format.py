"""CSV by RFC 4180, with the physical line of every record; vectorised wherever quotes are well placed.

They are when each opens at the start of a field and closes at its end. Then the parity of the quotes
before a byte says whether it stands inside a field, and records and fields are found without a loop.
A file with a stray quote (`5" screen`) is read record by record by the standard library, whose
reading of such fields is the customary one.
"""

import csv
import io
import sys
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.contracts.model import WHITE_SPACE, Contract
from pipelines.ingest.given import Notes, chunk
from pipelines.ingest.landing import LandingFile, UnreadableFileError, blocks, carry, check_utf8

COMMA, QUOTE, LINE_FEED, RETURN = b',"\n\r'
RECORDS_A_CHUNK = 10_000
AFTER_THE_END = "a line that a quote which is still open takes in"

Positions = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


def read_csv(
    file: LandingFile, connection: duckdb.DuckDBPyConnection, notes: Notes
) -> Iterator[pa.Table]:
    """Read a CSV landing file in chunks; see `given` for their shape."""
    with file.open() as stream:
        well_placed = _quotes_are_well_placed(stream)
    with file.open() as stream:
        read = _read_by_parity if well_placed else _read_by_record
        yield from read(stream, file.contract, notes)


def _header(fields: list[str], contract: Contract, notes: Notes) -> tuple[str, ...]:
    names = tuple(name.strip(WHITE_SPACE) for name in fields)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UnreadableFileError(f"column {twice[0]!r} stands twice in the header")
    notes.ignored_columns |= {*names} - {column.name for column in contract.columns}
    return names


def _record_blocks(stream: BinaryIO) -> Iterator[bytes]:
    """The stream in blocks that end at a line feed outside quotes, or at its end."""
    carried = b""
    for block in blocks(stream):
        data = carried + block
        end = data.rfind(b"\n") + 1
        if QUOTE in data:
            bytes_ = np.frombuffer(data, np.uint8)
            ends = _outside(np.flatnonzero(bytes_ == LINE_FEED), np.flatnonzero(bytes_ == QUOTE))
            end = int(ends[-1]) + 1 if ends.size else 0
        carried = carry(data[end:])
        if end:
            check_utf8(data[:end])
            yield data[:end]
    if carried:
        check_utf8(carried)
        yield carried


def _outside(positions: Positions, quotes: Positions) -> Positions:
    """Those positions that no pair of quotes encloses."""
    return positions[np.searchsorted(quotes, positions) % 2 == 0] if quotes.size else positions


def _quotes_are_well_placed(stream: BinaryIO) -> bool:
    """False when a quote is stray; raises `UnreadableFileError` when the last one never closes."""
    unclosed = False
    for block in _record_blocks(stream):
        if QUOTE not in block:
            continue
        around = np.frombuffer(b"\n" + block + b"\n", np.uint8)
        quotes = np.flatnonzero(around == QUOTE)
        opening, closing = quotes[::2], quotes[1::2]
        borders = (COMMA, LINE_FEED, RETURN, QUOTE)
        if not np.isin(around[opening - 1], borders).all():
            return False
        if not np.isin(around[closing + 1], borders).all():
            return False
        unclosed = opening.size > closing.size
    if unclosed:
        raise UnreadableFileError("a quote is never closed")
    return True


def _read_by_parity(stream: BinaryIO, contract: Contract, notes: Notes) -> Iterator[pa.Table]:
    header: tuple[str, ...] = ()
    lines_before = 0
    for block in _record_blocks(stream):
        records = _Records(block, lines_before)
        lines_before += records.line_breaks
        keep = ~records.blank()
        if not header and keep.any():
            first = int(np.argmax(keep))
            keep[first] = False
            only = np.arange(keep.size) == first
            fields = records.fields(only, int(records.widths[first]))
            header = _header([field[0].as_py() for field in fields], contract, notes)
        whole = keep & (records.widths == len(header))
        broken = keep & ~whole
        columns = dict(zip(header, records.fields(whole, max(len(header), 1)), strict=False))
        for chosen, malformed, given in ((whole, False, columns), (broken, True, {})):
            count = int(chosen.sum())
            if count:
                yield chunk(
                    contract,
                    pa.array(records.lines[chosen]),
                    records.text(chosen),
                    pa.array(np.full(count, malformed)),
                    given,
                )


class _Records:
    """Where the records and fields of a block lie."""

    def __init__(self, block: bytes, lines_before: int) -> None:
        content: Bytes = np.frombuffer(block, np.uint8)
        self._buffer = pa.py_buffer(block)
        self._quoted = QUOTE in block
        quotes = np.flatnonzero(content == QUOTE) if self._quoted else np.empty(0, np.int64)
        following = np.append(content[1:], np.uint8(0))
        breaks = np.flatnonzero(
            (content == LINE_FEED) | ((content == RETURN) & (following != LINE_FEED))
        )
        self.line_breaks = breaks.size
        ends = _outside(breaks, quotes)
        if not ends.size or ends[-1] != content.size - 1:
            ends = np.append(ends, content.size)
        self._starts = np.append(0, ends[:-1] + 1)
        before_end = np.append(content, np.uint8(0))[np.maximum(ends - 1, 0)]
        after_return = (before_end == RETURN) & (ends > self._starts)
        at_line_feed = np.append(content, np.uint8(0))[ends] == LINE_FEED
        self._stops = ends - (after_return & at_line_feed)
        self.lines = 1 + lines_before + np.searchsorted(breaks, self._starts)
        self._commas = _outside(np.flatnonzero(content == COMMA), quotes)
        self._record_of_comma = np.searchsorted(ends, self._commas)
        self.widths = 1 + np.bincount(self._record_of_comma, minlength=ends.size)

    def blank(self) -> npt.NDArray[np.bool_]:
        """Which records are lines of nothing but white space."""
        single = self.widths == 1
        trimmed = pc.utf8_trim(self.text(single), WHITE_SPACE)
        blank = np.zeros(single.size, bool)
        blank[single] = pc.equal(trimmed, "").to_numpy(zero_copy_only=False)
        return blank

    def text(self, chosen: npt.NDArray[np.bool_]) -> pa.Array:
        """The chosen records as they lie in the file."""
        return self._slices(self._starts[chosen], self._stops[chosen])

    def fields(self, chosen: npt.NDArray[np.bool_], width: int) -> list[pa.Array]:
        """The fields of the chosen records, all of which have `width` of them, without their quotes."""
        count = int(chosen.sum())
        commas = self._commas[chosen[self._record_of_comma]].reshape(count, width - 1)
        starts = np.column_stack([self._starts[chosen], commas + 1])
        stops = np.column_stack([commas, self._stops[chosen]])
        return [self._field(starts[:, index], stops[:, index]) for index in range(width)]

    def _field(self, starts: Positions, stops: Positions) -> pa.Array:
        fields = self._slices(starts, stops)
        if not self._quoted:
            return fields
        inner = pc.replace_substring(pc.utf8_slice_codeunits(fields, 1, -1), '""', '"')
        return pc.if_else(pc.starts_with(fields, '"'), inner, fields)

    def _slices(self, starts: Positions, stops: Positions) -> pa.Array:
        """Ascending, disjoint slices of the block: every other element of one array over it."""
        if not starts.size:
            return pa.array([], pa.string())
        offsets = np.column_stack([starts, stops]).astype(np.int32).ravel()
        elements = pa.StringArray.from_buffers(
            offsets.size - 1, pa.py_buffer(offsets), self._buffer
        )
        return elements.take(pa.array(np.arange(0, offsets.size - 1, 2)))


def _read_by_record(stream: BinaryIO, contract: Contract, notes: Notes) -> Iterator[pa.Table]:
    records = _records(io.TextIOWrapper(stream, encoding="utf-8-sig", newline=""))
    header: tuple[str, ...] = ()
    for _, fields, _ in islice(records, 1):
        header = _header(fields, contract, notes)
    while rows := list(islice(records, RECORDS_A_CHUNK)):
        whole = [(line, fields, raw) for line, fields, raw in rows if len(fields) == len(header)]
        broken = [(line, fields, raw) for line, fields, raw in rows if len(fields) != len(header)]
        columns = {
            name: pa.array([fields[index] for _, fields, _ in whole], pa.string())
            for index, name in enumerate(header)
        }
        for chosen, malformed, given in ((whole, False, columns), (broken, True, {})):
            yield chunk(
                contract,
                pa.array([line for line, _, _ in chosen], pa.int64()),
                pa.array([raw for _, _, raw in chosen], pa.string()),
                pa.array([malformed] * len(chosen), pa.bool_()),
                given,
            )


def _records(text: io.TextIOWrapper) -> Iterator[tuple[int, list[str], str]]:
    """Each record that is not blank: its first physical line, its fields, its text."""
    csv.field_size_limit(sys.maxsize)
    taken: list[str] = []
    has_ended = False

    def lines() -> Iterator[str]:
        nonlocal has_ended
        for line in text:
            taken.append(line)
            yield line
        has_ended = True
        yield AFTER_THE_END

    line = 1
    try:
        for fields in csv.reader(lines()):
            if has_ended:
                break
            raw = "".join(taken).rstrip("\r\n")
            if raw.strip(WHITE_SPACE):
                yield line, fields, raw
            line += len(taken)
            taken.clear()
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"not UTF-8: {error.reason}") from error
    except csv.Error as error:
        raise UnreadableFileError(f"no CSV: {error}") from error
    if taken:
        raise UnreadableFileError("a quote is never closed")
