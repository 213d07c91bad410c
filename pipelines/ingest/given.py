"""What every reader hands to the judge: rows as text, before any meaning.

A chunk is an Arrow table with

- `_line` int64: the physical line a record starts on, or the Parquet row, from 1;
- `_raw` string: the original text (of a Parquet row, its JSON);
- `_malformed` bool: no record of the file's form;
- `_mistyped` list<string>: columns whose value is of no type that reads as text (an object in an id);
- one string column per column of the contract that the file has, trimmed unless it is free text;
  NULL or empty where it gives nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.contracts.model import WHITE_SPACE, Column, Contract, Type
from pipelines.ingest.landing import LandingFile

LINE, RAW, MALFORMED, MISTYPED = "_line", "_raw", "_malformed", "_mistyped"


@dataclass
class Notes:
    """What a reader has to say about the file besides its rows."""

    ignored_columns: set[str] = field(default_factory=set)


Reader = Callable[[LandingFile, duckdb.DuckDBPyConnection, Notes], Iterator[pa.Table]]


def chunk(
    contract: Contract,
    lines: pa.Array,
    raw: pa.Array,
    malformed: pa.Array,
    columns: dict[str, pa.Array],
    mistyped: pa.Array | None = None,
) -> pa.Table:
    """Put a chunk together; columns that the contract does not know are left out."""
    if mistyped is None:
        mistyped = pa.nulls(len(lines), pa.list_(pa.string()))
    given = {
        column.name: _trimmed(column, columns[column.name].cast(pa.string()))
        for column in contract.columns
        if column.name in columns
    }
    return pa.table(
        {
            LINE: lines.cast(pa.int64()),
            RAW: raw.cast(pa.string()),
            MALFORMED: malformed,
            MISTYPED: mistyped,
            **given,
        }
    )


def _trimmed(column: Column, values: pa.Array) -> pa.Array:
    return values if column.type is Type.TEXT else pc.utf8_trim(values, WHITE_SPACE)
