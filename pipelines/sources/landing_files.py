"""Rows as the bytes of a landing file: CSV, JSONL or Parquet, plain or compressed.

The same rows give the same bytes: no file time, no machine and no order of a set is in them. The compressors are
those of pyarrow, because the locked version then fixes their bytes too.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.contracts.model import COMPRESSIONS, EARLIEST, Column, Contract, Type
from pipelines.errors import first_line
from pipelines.sql_text import copy_to_parquet

BEGINNING = f"timestamptz '{EARLIEST} 00:00:00+00'"
# What SQL says of an entity without a history: it has been so since before the first day of any contract.
ALWAYS = f"{BEGINNING} as effective_at"


def encode(
    contract: Contract,
    rows: Sequence[dict[str, object]],
    suffix: str,
    broken_lines: Iterable[str] = (),
) -> bytes:
    """The bytes of a file with `suffix` (`.csv`, `.jsonl`, `.parquet`; the first two also `.gz`, `.zst`).

    Columns are those that a row has, in the contract's order, then the unknown ones. `broken_lines` are appended
    as they stand, which Parquet cannot do.
    """
    columns = _columns(contract, rows)
    if suffix == ".parquet":
        return _parquet(contract, columns, rows)
    plain, compression = suffix, None
    for ending, codec in COMPRESSIONS.items():
        if suffix.endswith(ending):
            plain, compression = suffix.removesuffix(ending), codec
    lines = _csv(columns, rows) if plain == ".csv" else _jsonl(columns, rows)
    content = (lines + "".join(f"{line}\n" for line in broken_lines)).encode()
    if compression is None:
        return content
    compressed: bytes = pa.Codec(compression).compress(content, asbytes=True)
    return compressed


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that appears whole or not at all: ingest lets the waiting name be."""
    with _whole(path) as waiting:
        waiting.write_bytes(content)


def write_query(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> int:
    """Write a query's rows, in its order, as a Parquet file that appears whole or not at all; return their number."""
    with _whole(path) as waiting:
        try:
            [(rows,)] = connection.execute(copy_to_parquet(query, waiting)).fetchall()
        except duckdb.IOException as error:
            raise OSError(first_line(error)) from error
        return int(rows)


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """The name to write to while `path` must not be seen."""
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = path.with_name(path.name + ".tmp")
    try:
        yield waiting
        waiting.replace(path)
    finally:
        waiting.unlink(missing_ok=True)


def _columns(contract: Contract, rows: Sequence[dict[str, object]]) -> list[str]:
    used = dict.fromkeys(name for row in rows for name in row)
    known = [column.name for column in contract.columns if column.name in used]
    return known + [name for name in used if name not in known]


def _csv(columns: Sequence[str], rows: Iterable[dict[str, object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_csv_field(row.get(name)) for name in columns] for row in rows)
    return text.getvalue()


def _csv_field(value: object) -> str:
    if isinstance(value, list):
        return "|".join(value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else _text(value)


def _jsonl(columns: Sequence[str], rows: Iterable[dict[str, object]]) -> str:
    """Missing keys are left out, as most sources do."""
    objects = (
        {name: _json_value(row[name]) for name in columns if row.get(name) is not None}
        for row in rows
    )
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in objects)


def _json_value(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return _text(value)
    return value


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else str(value)


def _parquet(
    contract: Contract, columns: Sequence[str], rows: Sequence[dict[str, object]]
) -> bytes:
    declared = {column.name: column for column in contract.columns}
    schema = pa.schema([(name, _arrow_type(declared[name])) for name in columns])
    table = pa.Table.from_pylist([_typed(row, declared) for row in rows], schema=schema)
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def _typed(row: dict[str, object], declared: dict[str, Column]) -> dict[str, object]:
    return {
        name: Decimal(str(value))
        if declared[name].type is Type.DECIMAL and value is not None
        else value
        for name, value in row.items()
    }


def _arrow_type(column: Column) -> pa.DataType:
    match column.type:
        case Type.INT:
            return pa.int64()
        case Type.FLOAT:
            return pa.float64()
        case Type.DECIMAL:
            return pa.decimal128(column.precision, column.scale)
        case Type.BOOL:
            return pa.bool_()
        case Type.DATE:
            return pa.date32()
        case Type.TIMESTAMP:
            return pa.timestamp("us", tz="UTC")
        case Type.LIST:
            return pa.list_(pa.string())
        case _:
            return pa.string()
