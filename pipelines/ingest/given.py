"""What every format hands to the judge: rows as they are given, before any meaning; and their texts, when asked.

A chunk is an Arrow table with

- `_line` int64: the physical line a record starts on, or the Parquet row, from 1;
- `_malformed` bool, only in a chunk that has such: true for a record without the form of its file, which gives nothing;
- `_mistyped` list<string>, only in a chunk that has such: the columns of a row whose values have a type that no text
  has (an object in an id), NULL for a row without any;
- one column per column of the contract that the file has: a string, trimmed unless it is free text, NULL or empty
  where it gives nothing; or, of a Parquet file, already a value of the type that the ledger keeps.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.contracts.model import WHITE_SPACE, Column, Contract, Type
from pipelines.ingest.landing import LandingFile

LINE, MALFORMED, MISTYPED, RAW = "_line", "_malformed", "_mistyped", "_raw"
BYTES_A_STATEMENT = 64 * 2**20


@dataclass
class Notes:
    """What a reader has to say about the file besides its rows."""

    ignored_columns: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Format:
    """How files of a format are read.

    `read` gives all rows in chunks. `find` gives the original text of the rows on some lines, as tables of `_line` and
    `_raw`: quarantine keeps few rows, so they are looked for and not carried along.
    """

    read: Callable[[LandingFile, Notes], Iterator[pa.Table]]
    find: Callable[[LandingFile, pa.Array], Iterator[pa.Table]]


def chunk(
    contract: Contract,
    lines: pa.Array,
    columns: dict[str, pa.Array],
    mistyped: pa.Array | None = None,
) -> pa.Table:
    """Put rows together; columns that the contract does not know are left out."""
    known = {
        column.name: _trimmed(column, columns[column.name])
        for column in contract.columns
        if column.name in columns
    }
    marks = {} if mistyped is None else {MISTYPED: mistyped}
    return pa.table({LINE: lines, **marks, **known})


def malformed(lines: pa.Array) -> pa.Table:
    """The rows on lines that have not the file's form."""
    return pa.table({LINE: lines, MALFORMED: pa.repeat(True, len(lines))})


def is_in_order(chunk: pa.Table) -> bool:
    """Whether its rows come by their lines, malformed ones aside."""
    lines = chunk[LINE]
    if MALFORMED in chunk.column_names:
        lines = lines.filter(pc.is_null(chunk[MALFORMED]))
    numbers = lines.to_numpy()
    return bool((numbers[1:] > numbers[:-1]).all())


def together(tables: Iterable[pa.Table]) -> pa.Table:
    """All rows of all tables; NULL in columns that a table has not."""
    return pa.concat_tables(tables, promote_options="default")


def gathered(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The same rows in fewer tables, large enough to be worth a statement: planning one takes milliseconds."""
    waiting: list[pa.Table] = []
    size = 0
    for table in tables:
        if len(table):
            waiting.append(table)
            size += table.nbytes
        if size >= BYTES_A_STATEMENT:
            yield together(waiting)
            waiting, size = [], 0
    if waiting:
        yield together(waiting)


def _trimmed(column: Column, values: pa.Array) -> pa.Array:
    is_blank_kept = column.type is Type.TEXT or not pa.types.is_string(values.type)
    return values if is_blank_kept else pc.utf8_trim(values, WHITE_SPACE)
