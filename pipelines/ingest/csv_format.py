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
from functools import cached_property
from itertools import islice
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.contracts.model import WHITE_SPACE, Contract
from pipelines.ingest.given import LINE, RAW, Notes, chunk, malformed
from pipelines.ingest.landing import (
    LandingFile,
    UnreadableFileError,
    blocks,
    lines_of,
    refuse_if_endless,
    refuse_if_twice,
    whole_records,
)

COMMA, QUOTE, LINE_FEED, RETURN = b',"\n\r'
RECORDS_A_CHUNK = 10_000
AFTER_THE_END = "a line that a quote which is still open takes in"

Positions = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


def read_csv(file: LandingFile, notes: Notes) -> Iterator[pa.Table]:
    """All rows of a CSV landing file."""
    read = _read_by_parity if _quotes_are_well_placed(file) else _read_by_record
    with file.open() as stream:
        yield from read(stream, file.contract, notes)


def find_csv(file: LandingFile, lines: pa.Array) -> Iterator[pa.Table]:
    """The text of the records that begin on some lines of a CSV landing file."""
    find = _find_by_parity if _quotes_are_well_placed(file) else _find_by_record
    with file.open() as stream:
        yield from find(stream, lines)


def _header(fields: list[str], contract: Contract, notes: Notes) -> tuple[str, ...]:
    names = tuple(name.strip(WHITE_SPACE) for name in fields)
    refuse_if_twice(names)
    notes.ignored_columns |= {*names} - {column.name for column in contract.columns}
    return names


def _record_blocks(stream: BinaryIO) -> Iterator[bytes]:
    """The stream in blocks that end at a line feed outside quotes, or at its end."""
    is_open = False

    def end_in(block: bytes) -> int:
        nonlocal is_open
        if not is_open and QUOTE not in block:
            return block.rfind(b"\n") + 1
        bytes_ = np.frombuffer(block, np.uint8)
        quotes = np.flatnonzero(bytes_ == QUOTE)
        ends = _outside(np.flatnonzero(bytes_ == LINE_FEED), quotes, is_open)
        is_open ^= quotes.size % 2 == 1
        return int(ends[-1]) + 1 if ends.size else 0

    return whole_records(stream, end_in)


def _outside(positions: Positions, quotes: Positions, is_open: bool = False) -> Positions:
    """Those positions that no pair of quotes encloses; `is_open` says that the first quote closes one."""
    if quotes.size or is_open:
        positions = positions[(np.searchsorted(quotes, positions) + is_open) % 2 == 0]
    return positions


def _quotes_are_well_placed(file: LandingFile) -> bool:
    """False when a quote is stray; raises `UnreadableFileError` when the last one never closes.

    The first stray quote is told from the bytes beside it: all that follows might seem to stand inside its field.
    """
    is_open = False
    with file.open() as stream:
        for around in _with_neighbours(stream):
            if QUOTE not in around:
                continue
            bytes_ = np.frombuffer(around, np.uint8)
            quotes = 1 + np.flatnonzero(bytes_[1:-1] == QUOTE)
            opening, closing = quotes[is_open::2], quotes[not is_open :: 2]
            borders = (COMMA, LINE_FEED, RETURN, QUOTE)
            if not np.isin(bytes_[opening - 1], borders).all():
                return False
            if not np.isin(bytes_[closing + 1], borders).all():
                return False
            is_open ^= quotes.size % 2 == 1
    if is_open:
        raise UnreadableFileError("a quote is never closed")
    return True


def _with_neighbours(stream: BinaryIO) -> Iterator[bytes]:
    """The stream in blocks, each with the byte before it and the byte after it; a line feed at either end of all."""
    before, last = b"\n", b""
    for block in blocks(stream):
        around = before + last + block
        yield around
        before, last = around[-2:-1], around[-1:]
    yield before + last + b"\n"


def _read_by_parity(stream: BinaryIO, contract: Contract, notes: Notes) -> Iterator[pa.Table]:
    header: tuple[str, ...] = ()
    for records in _parsed_blocks(stream):
        keep = ~records.blank()
        if not header and keep.any():
            first = np.arange(keep.size) == np.argmax(keep)
            keep &= ~first
            fields = records.fields(first, int(records.widths[first][0]))
            header = _header([field[0].as_py() for field in fields], contract, notes)
        whole = keep & (records.widths == len(header))
        columns = dict(zip(header, records.fields(whole, max(len(header), 1)), strict=False))
        yield chunk(contract, pa.array(records.lines[whole]), columns)
        yield malformed(pa.array(records.lines[keep & ~whole]))


def _find_by_parity(stream: BinaryIO, lines: pa.Array) -> Iterator[pa.Table]:
    wanted = lines.to_numpy()
    for records in _parsed_blocks(stream):
        found = np.isin(records.lines, wanted, assume_unique=True)
        yield pa.table({LINE: records.lines[found], RAW: records.text(found)})


def _parsed_blocks(stream: BinaryIO) -> Iterator["_Records"]:
    lines_before = 0
    for block in _record_blocks(stream):
        records = _Records(block, lines_before)
        lines_before += records.line_breaks
        yield records


class _Records:
    """Where the records and fields of a block lie."""

    def __init__(self, block: bytes, lines_before: int) -> None:
        self._buffer = pa.py_buffer(block)
        # The byte after the last is looked at too.
        self._bytes: Bytes = np.frombuffer(block + b"\0", np.uint8)
        self._quotes = self._places_of(QUOTE)
        breaks = self._places_of(LINE_FEED)
        returns = self._places_of(RETURN)
        if returns.size:
            alone = returns[self._bytes[returns + 1] != LINE_FEED]
            breaks = np.union1d(breaks, alone)
        self.line_breaks = breaks.size
        ends = _outside(breaks, self._quotes)
        if not ends.size or ends[-1] != len(block) - 1:
            ends = np.append(ends, len(block))
        self._starts = np.append(0, ends[:-1] + 1)
        self._stops = ends
        if returns.size:
            after_return = (self._bytes[np.maximum(ends - 1, 0)] == RETURN) & (ends > self._starts)
            self._stops = ends - (after_return & (self._bytes[ends] == LINE_FEED))
        self.lines = 1 + lines_before + np.searchsorted(breaks, self._starts)

    def _places_of(self, byte: int) -> Positions:
        return np.flatnonzero(self._bytes == byte)

    @cached_property
    def _commas(self) -> Positions:
        return _outside(self._places_of(COMMA), self._quotes)

    @cached_property
    def widths(self) -> Positions:
        """The number of fields of each record."""
        return 1 + np.diff(np.searchsorted(self._commas, self._stops), prepend=0)

    def blank(self) -> npt.NDArray[np.bool_]:
        """Which records are lines of nothing but white space."""
        blank: npt.NDArray[np.bool_] = self.widths == 1
        trimmed = pc.utf8_trim(self.text(blank), WHITE_SPACE)
        blank[blank] = pc.equal(trimmed, "").to_numpy(zero_copy_only=False)
        return blank

    def text(self, chosen: npt.NDArray[np.bool_]) -> pa.Array:
        """The chosen records as they lie in the file."""
        return self._slices(self._starts[chosen], self._stops[chosen])

    def fields(self, chosen: npt.NDArray[np.bool_], width: int) -> list[pa.Array]:
        """The fields of the chosen records, all of which have `width` of them, without their quotes."""
        commas = self._commas[np.repeat(chosen, self.widths - 1)]
        commas = commas.reshape(np.count_nonzero(chosen), width - 1)
        starts = [self._starts[chosen], *(commas.T + 1)]
        stops = [*commas.T, self._stops[chosen]]
        return [self._field(*borders) for borders in zip(starts, stops, strict=True)]

    def _field(self, starts: Positions, stops: Positions) -> pa.Array:
        is_quoted = self._bytes[starts] == QUOTE
        if not self._quotes.size or not is_quoted.any():
            return self._slices(starts, stops)
        # A quote inside is written twice, and an unquoted field has none.
        return pc.replace_substring(self._slices(starts + is_quoted, stops - is_quoted), '""', '"')

    def _slices(self, starts: Positions, stops: Positions) -> pa.Array:
        """Ascending, disjoint slices of the block: every other element of one array over it."""
        if not starts.size:
            return pa.array([], pa.string())
        offsets = np.empty(2 * starts.size, np.int32)
        offsets[::2] = starts
        offsets[1::2] = stops
        elements = pa.StringArray.from_buffers(
            offsets.size - 1, pa.py_buffer(offsets), self._buffer
        )
        return elements.take(pa.array(np.arange(0, offsets.size - 1, 2)))


def _read_by_record(stream: BinaryIO, contract: Contract, notes: Notes) -> Iterator[pa.Table]:
    records = _records(stream)
    header: tuple[str, ...] = ()
    for _, fields, _ in islice(records, 1):
        header = _header(fields, contract, notes)
    while rows := list(islice(records, RECORDS_A_CHUNK)):
        whole = [(line, fields) for line, fields, _ in rows if len(fields) == len(header)]
        broken = [line for line, fields, _ in rows if len(fields) != len(header)]
        columns = {
            name: pa.array([fields[index] for _, fields in whole], pa.string())
            for index, name in enumerate(header)
        }
        lines = pa.array([line for line, _ in whole], pa.int64())
        yield chunk(contract, lines, columns)
        yield malformed(pa.array(broken, pa.int64()))


def _find_by_record(stream: BinaryIO, lines: pa.Array) -> Iterator[pa.Table]:
    wanted = {*lines.to_pylist()}
    records = ((line, raw) for line, _, raw in _records(stream) if line in wanted)
    while found := list(islice(records, RECORDS_A_CHUNK)):
        numbers, texts = zip(*found, strict=True)
        yield pa.table({LINE: pa.array(numbers, pa.int64()), RAW: pa.array(texts, pa.string())})


def _records(stream: BinaryIO) -> Iterator[tuple[int, list[str], str]]:
    """Each record that is not blank: its first physical line, its fields, its text."""
    csv.field_size_limit(sys.maxsize)
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    taken: list[str] = []
    size = 0
    has_ended = False

    def lines() -> Iterator[str]:
        nonlocal has_ended, size
        for line in lines_of(text):
            taken.append(line)
            size += len(line) if line.isascii() else len(line.encode())
            refuse_if_endless(size)
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
            size = 0
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"not UTF-8: {error.reason}; save it as UTF-8") from error
    except csv.Error as error:
        raise UnreadableFileError(f"no CSV: {error}") from error
    if taken:
        raise UnreadableFileError("a quote is never closed")
