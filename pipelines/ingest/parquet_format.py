"""Parquet: typed columns, taken as the text that says the same value, so that one judge serves all formats."""

from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.contracts.model import Column, Type
from pipelines.ingest.given import MISTYPED, RAW, Notes, chunk
from pipelines.ingest.landing import LandingFile, UnreadableFileError

ROWS_A_CHUNK = 100_000


def read_parquet(
    file: LandingFile, connection: duckdb.DuckDBPyConnection, notes: Notes
) -> Iterator[pa.Table]:
    """Read a Parquet landing file in chunks; see `given` for their shape."""
    try:
        with pq.ParquetFile(file.path) as parquet:
            names = parquet.schema_arrow.names
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise UnreadableFileError(f"column {twice[0]!r} stands twice")
            notes.ignored_columns |= {*names} - {column.name for column in file.contract.columns}
            first_row = 1
            for batch in parquet.iter_batches(ROWS_A_CHUNK):
                rows = pa.table({name: _plain(column) for name, column in _columns(batch)})
                yield _read_rows(rows, first_row, file, connection)
                first_row += len(rows)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise UnreadableFileError(f"broken Parquet: {error}") from error


def _columns(batch: pa.RecordBatch) -> list[tuple[str, pa.Array]]:
    return list(zip(batch.schema.names, batch.columns, strict=True))


def _plain(column: pa.Array) -> pa.Array:
    """The column with moments as UTC without a zone, in microseconds, and text checked to be UTF-8."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type):
        return column.cast(pa.timestamp(column.type.unit)).cast(pa.timestamp("us"), safe=False)
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        return column.cast(pa.string())
    column.validate(full=True)
    return column


def _read_rows(
    rows: pa.Table, first_row: int, file: LandingFile, connection: duckdb.DuckDBPyConnection
) -> pa.Table:
    known = [column for column in file.contract.columns if column.name in rows.column_names]
    texts = [f"{_as_text(rows.schema.field(c.name).type, c.name)} as {c.name}" for c in known]
    mistyped = [
        f"case when {_is_mistyped(column, rows.schema.field(column.name).type)} then '{column.name}' end"
        for column in known
    ]
    read = f"""
        select
            to_json(rows)::varchar as {RAW},
            list_filter([{", ".join(mistyped) or "null"}]::varchar[], lambda name: name is not null)
                as {MISTYPED},
            {", ".join(texts)}
        from rows
    """
    connection.register("rows", rows)
    given = connection.sql(read).to_arrow_table()
    connection.unregister("rows")
    return chunk(
        file.contract,
        pa.array(range(first_row, first_row + len(rows)), pa.int64()),
        given[RAW],
        pa.array([False] * len(rows), pa.bool_()),
        {column.name: given[column.name] for column in known},
        given[MISTYPED],
    )


def _as_text(type_: pa.DataType, name: str) -> str:
    if pa.types.is_floating(type_):
        return (
            f"case when {name} = trunc({name}) and abs({name}) < 1e18 then {name}::bigint::varchar"
            f" else {name}::varchar end"
        )
    if pa.types.is_nested(type_):
        return f"to_json({name})::varchar"
    return f"{name}::varchar"


def _is_mistyped(column: Column, type_: pa.DataType) -> str:
    """The condition under which a value of this Parquet type is none of the column's."""
    if column.type in (Type.ID, Type.TEXT) and pa.types.is_nested(type_):
        return f"{column.name} is not null"
    if column.type is Type.ID and pa.types.is_boolean(type_):
        return f"{column.name} is not null"
    if column.type is Type.ID and pa.types.is_floating(type_):
        return f"not isfinite({column.name})"
    return "false"
