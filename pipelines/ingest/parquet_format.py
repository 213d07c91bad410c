"""Parquet: typed columns, taken as the text that says the same value, so that one judge serves all formats.

DuckDB writes the texts, in a database of its own: a value that it cannot write would end its use.
"""

from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.contracts.model import Column, Type
from pipelines.ingest.given import MISTYPED, RAW, Notes, chunk
from pipelines.ingest.landing import LandingFile, UnreadableFileError, refuse_if_system_error

ROWS_A_CHUNK = 100_000
TICKS_A_SECOND = {"s": 1, "ms": 10**3, "us": 10**6}
FARTHEST_SECOND = 9 * 10**12
"""Moments farther from 1970 are taken as this far: DuckDB cannot write them, and they are `range` anyway."""


def read_parquet(
    file: LandingFile, connection: duckdb.DuckDBPyConnection, notes: Notes
) -> Iterator[pa.Table]:
    """Read a Parquet landing file in chunks; see `given` for their shape."""
    try:
        with pq.ParquetFile(file.path) as parquet, duckdb.connect() as writer:
            names = parquet.schema_arrow.names
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise UnreadableFileError(f"column {twice[0]!r} stands twice")
            notes.ignored_columns |= {*names} - {column.name for column in file.contract.columns}
            first_row = 1
            for batch in parquet.iter_batches(ROWS_A_CHUNK):
                yield _read_rows(batch, first_row, file, writer)
                first_row += batch.num_rows
            if first_row - 1 != parquet.metadata.num_rows:
                raise UnreadableFileError(f"{first_row - 1} of {parquet.metadata.num_rows} rows")
    except (pa.ArrowException, duckdb.Error, OSError, ValueError) as error:
        refuse_if_system_error(error)
        raise UnreadableFileError(f"broken Parquet: {error}") from error


def _plain(column: pa.Array) -> pa.Array:
    """The column in a type that DuckDB can write, moments in UTC to the microsecond, text checked to be UTF-8."""
    column.validate(full=True)
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type):
        return _moments(column)
    if pa.types.is_float16(column.type):
        return column.cast(pa.float32())
    if pa.types.is_decimal256(column.type) or pa.types.is_binary(column.type):
        return column.cast(pa.string())
    if pa.types.is_large_binary(column.type):
        return column.cast(pa.large_string())
    return column


def _moments(column: pa.Array) -> pa.Array:
    if column.type.unit == "ns":
        floored = pc.floor_temporal(column.cast(pa.timestamp("ns")), unit="microsecond")
        return floored.cast(pa.timestamp("us"))
    a_second = TICKS_A_SECOND[column.type.unit]
    farthest = pa.scalar(FARTHEST_SECOND * a_second, pa.int64())
    ticks = pc.min_element_wise(column.cast(pa.int64()), farthest, skip_nulls=False)
    ticks = pc.max_element_wise(ticks, pc.negate(farthest), skip_nulls=False)
    return pc.multiply(ticks, 10**6 // a_second).cast(pa.timestamp("us"))


def _read_rows(
    batch: pa.RecordBatch, first_row: int, file: LandingFile, writer: duckdb.DuckDBPyConnection
) -> pa.Table:
    names = batch.schema.names
    rows = pa.table({f"c{place}": _plain(column) for place, column in enumerate(batch.columns)})
    known = [
        (column, f"c{names.index(column.name)}")
        for column in file.contract.columns
        if column.name in names
    ]
    types = {alias: rows.schema.field(alias).type for _, alias in known}
    texts = [f"{_as_text(types[alias], alias)} as {column.name}" for column, alias in known]
    mistyped = [
        f"case when {_is_mistyped(column, types[alias], alias)} then '{column.name}' end"
        for column, alias in known
    ]
    # Names are no identifiers here: DuckDB's ignore case, those of Parquet do not.
    raw = [f"'{name.replace(chr(39), chr(39) * 2)}', c{place}" for place, name in enumerate(names)]
    read = f"""
        select
            json_object({", ".join(raw)})::varchar as {RAW},
            list_filter([{", ".join(mistyped) or "null"}]::varchar[], lambda name: name is not null)
                as {MISTYPED},
            {", ".join(texts)}
        from rows
    """
    writer.register("rows", rows)
    given = writer.sql(read).to_arrow_table()
    writer.unregister("rows")
    return chunk(
        file.contract,
        pa.array(range(first_row, first_row + len(rows)), pa.int64()),
        given[RAW],
        pa.array([False] * len(rows), pa.bool_()),
        {column.name: given[column.name] for column, _ in known},
        given[MISTYPED],
    )


def _as_text(type_: pa.DataType, name: str) -> str:
    if pa.types.is_floating(type_):
        return f"""case
            when {name} = trunc({name}) and abs({name}) < 1e18 then {name}::bigint::varchar
            when {name} = trunc({name}) and isfinite({name}) then format('{{:.0f}}', {name})
            else {name}::varchar
        end"""
    if pa.types.is_date(type_):
        return f"case when {_has_four_digits(name)} then {name}::varchar else '9999-12-31' end"
    if pa.types.is_timestamp(type_):
        return f"case when {_has_four_digits(name)} then {name}::varchar else '9999-12-31 00:00:00' end"
    if pa.types.is_nested(type_):
        return f"to_json({name})::varchar"
    return f"{name}::varchar"


def _has_four_digits(name: str) -> str:
    """The condition that a day's or moment's year can be written; it holds for NULL."""
    return f"coalesce({name} >= '0001-01-01' and {name} < '9999-12-31', true)"


def _is_mistyped(column: Column, type_: pa.DataType, name: str) -> str:
    """The condition under which a value of this Parquet type is none of the column's."""
    if column.type in (Type.ID, Type.TEXT) and pa.types.is_nested(type_):
        return f"{name} is not null"
    if column.type is Type.ID and pa.types.is_boolean(type_):
        return f"{name} is not null"
    if column.type is Type.ID and pa.types.is_floating(type_):
        return f"not isfinite({name})"
    return "false"
