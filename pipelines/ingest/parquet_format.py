"""Parquet: values of the type that the ledger keeps are taken as they are, others as the text that says the same.

DuckDB writes the texts, in a database of its own: a value that it cannot write ends its use. Columns that no
contract names are looked at only when a row is rejected, and then nothing in them can stop the run.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.contracts.model import Column, Contract, Type
from pipelines.ingest.given import LINE, MISTYPED, RAW, Notes, chunk
from pipelines.ingest.landing import (
    LandingFile,
    UnreadableFileError,
    refuse_if_system_error,
    refuse_if_twice,
)
from pipelines.settings import Settings
from pipelines.sql_text import literal
from pipelines.warehouse.connection import configure

ROWS_A_CHUNK = 400_000
TICKS_A_SECOND = {"s": 1, "ms": 10**3, "us": 10**6}
FARTHEST_DAY = 10**8
FARTHEST_SECOND = FARTHEST_DAY * 86_400
"""Days and moments farther from 1970 are taken as this far: DuckDB cannot write them, and they are `range` anyway."""


class Writer:
    """The database that writes: kept until an error, for opening one takes longer than reading a small file."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connection: duckdb.DuckDBPyConnection | None = None

    def write(self, columns: Iterable[pa.Array], texts: dict[str, str]) -> pa.Table:
        """What DuckDB makes of the columns, which it knows as c0, c1, ...; `texts` are expressions by name."""
        rows = pa.table({f"c{place}": values for place, values in enumerate(columns)})
        selected = ", ".join(f"{text} as {name}" for name, text in texts.items())
        self._connection = self._connection or self._opened()
        try:
            # Not a cursor of it, which would not know the time zone.
            self._connection.register("rows", rows)
            written = self._connection.sql(f"select {selected} from rows").to_arrow_table()
            self._connection.unregister("rows")
        except duckdb.Error:
            self.close()
            raise
        return written

    def close(self) -> None:
        """Let go of the database; what is written next has another one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _opened(self) -> duckdb.DuckDBPyConnection:
        connection = configure(duckdb.connect(), self._settings)
        # Texts must come in the order of their values; and a chunk needs no room to spill.
        connection.execute("set preserve_insertion_order = true")
        connection.execute("set temp_directory = ''")
        return connection


def read_parquet(writer: Writer, file: LandingFile, notes: Notes) -> Iterator[pa.Table]:
    """All rows of a Parquet landing file."""
    names = {column.name for column in file.contract.columns}
    with _unreadable_where_broken():
        for lines, columns in _batches(file):
            notes.ignored_columns |= {*columns} - names
            known = {name: _plain(values) for name, values in columns.items() if name in names}
            try:
                rows = _read_rows(writer, lines, known, {}, file.contract)
            except duckdb.Error as error:
                refuse_if_system_error(error)
                rows = _read_rows(writer, lines, *_without_unfit(known), file.contract)
            yield rows


def find_parquet(writer: Writer, file: LandingFile, lines: pa.Array) -> Iterator[pa.Table]:
    """The rows on some lines of a Parquet landing file, as JSON."""
    with _unreadable_where_broken():
        for numbers, columns in _batches(file):
            is_wanted = pc.is_in(numbers, lines)
            values = [_as_json(writer, column, is_wanted) for column in columns.values()]
            # Names are no identifiers here: DuckDB's ignore case, those of Parquet do not.
            pairs = ", ".join(
                f"{literal(name)}, c{place}::json" for place, name in enumerate(columns)
            )
            found = {LINE: f"c{len(columns)}", RAW: f"json_object({pairs})::varchar"}
            yield writer.write([*values, numbers.filter(is_wanted)], found)


def _as_json(writer: Writer, values: pa.Array, is_wanted: pa.Array) -> pa.Array:
    """The wanted values as JSON; where DuckDB cannot write one, as texts of what Arrow makes of them."""
    try:
        wanted = _plain(values).filter(is_wanted)
        return writer.write([wanted], {"json": "to_json(c0)::varchar"})["json"]
    except (pa.ArrowException, duckdb.Error, UnicodeDecodeError) as error:
        refuse_if_system_error(error)
        places = np.flatnonzero(is_wanted.to_numpy(zero_copy_only=False))
        return pa.array([json.dumps(_printed(values[place])) for place in places], pa.string())


def _printed(value: pa.Scalar) -> str | None:
    try:
        return str(value) if value.is_valid else None
    except (pa.ArrowException, ValueError, ArithmeticError) as error:
        refuse_if_system_error(error)
        return "(a value that cannot be written)"


@contextmanager
def _unreadable_where_broken() -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, duckdb.Error, OSError, UnicodeDecodeError) as error:
        refuse_if_system_error(error)
        raise UnreadableFileError(f"broken Parquet: {error}") from error


def _batches(file: LandingFile) -> Iterator[tuple[pa.Array, dict[str, pa.Array]]]:
    """All rows of a file, some at a time: their numbers, and their columns by name."""
    # Nanoseconds, as what old writers call INT96 is read without being asked, end in 2262 and begin again in 1677.
    with pq.ParquetFile(file.path, coerce_int96_timestamp_unit="us") as parquet:
        names = parquet.schema_arrow.names
        refuse_if_twice(names)
        rows = 0
        for batch in parquet.iter_batches(ROWS_A_CHUNK):
            numbers = pa.array(np.arange(rows, rows + batch.num_rows) + 1)
            yield numbers, dict(zip(names, batch.columns, strict=True))
            rows += batch.num_rows
        if rows != parquet.metadata.num_rows:
            raise UnreadableFileError(f"{rows} of {parquet.metadata.num_rows} rows")


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
    ticks = _within(column.cast(pa.int64()), FARTHEST_SECOND * a_second)
    return pc.multiply(ticks, 10**6 // a_second).cast(pa.timestamp("us"))


def _within(values: pa.Array, farthest: int) -> pa.Array:
    limit = pa.scalar(farthest, values.type)
    values = pc.min_element_wise(values, limit, skip_nulls=False)
    return pc.max_element_wise(values, pc.negate(limit), skip_nulls=False)


def _without_unfit(
    columns: Mapping[str, pa.Array],
) -> tuple[dict[str, pa.Array], dict[str, pa.Array]]:
    """The columns, with NULL for each value that DuckDB cannot write; and of nested ones, which values those are."""
    sound, unfit = {**columns}, {}
    for name, values in columns.items():
        if pa.types.is_nested(values.type):
            places = [place if _can_be_written(value) else -1 for place, value in enumerate(values)]
            unfit[name] = pc.equal(pa.array(places, pa.int64()), -1)
            sound[name] = values.take(pa.array([None if p < 0 else p for p in places], pa.int64()))
    return sound, unfit


def _can_be_written(value: pa.Scalar) -> bool:
    try:
        value.as_py(maps_as_pydicts="strict")
    except (pa.ArrowException, KeyError, ValueError, ArithmeticError) as error:
        refuse_if_system_error(error)
        return False
    return True


def _read_rows(
    writer: Writer,
    lines: pa.Array,
    columns: Mapping[str, pa.Array],
    unfit: Mapping[str, pa.Array],
    contract: Contract,
) -> pa.Table:
    """The rows that the columns make; `unfit` says of nested ones which values are NULL as none can be written."""
    known = [column for column in contract.columns if column.name in columns]
    kept = {column.name: _as_kept(column, columns[column.name]) for column in known}
    places = {name: f"c{place}" for place, name in enumerate(columns)}
    texts = {
        places[name]: _as_text(columns[name].type, places[name])
        for name, values in kept.items()
        if values is None
    }
    mistyped: dict[str, str] = {}
    for column in known:
        is_so = _is_mistyped(column, columns[column.name].type, places[column.name])
        if is_so is not None:
            mistyped[column.name] = is_so
    for place, name in enumerate(unfit, start=len(columns)):
        texts[places[name]] = f"case when c{place} then '?' else {texts[places[name]]} end"
        mistyped[name] = f"c{place} or {mistyped.get(name, 'false')}"
    if mistyped:
        labels = [f"case when {is_so} then '{name}' end" for name, is_so in mistyped.items()]
        texts[MISTYPED] = (
            f"case when {' or '.join(mistyped.values())} then"
            f" list_filter([{', '.join(labels)}], lambda name: name is not null) end"
        )
    written = writer.write([*columns.values(), *unfit.values()], texts) if texts else pa.table({})
    taken = {
        name: written[places[name]] if values is None else values for name, values in kept.items()
    }
    return chunk(contract, lines, taken, written[MISTYPED] if mistyped else None)


def _as_kept(column: Column, values: pa.Array) -> pa.Array | None:
    """The values in the type that the ledger keeps, or as text; None where they have to be written first."""
    type_ = values.type
    match column.type:
        case Type.INT if pa.types.is_integer(type_) and type_ != pa.uint64():
            return values.cast(pa.int64())
        case Type.FLOAT if pa.types.is_float64(type_):
            return values
        case Type.BOOL if pa.types.is_boolean(type_):
            return values
        case Type.DATE if pa.types.is_date32(type_):
            return _within(values.cast(pa.int32()), FARTHEST_DAY).cast(type_)
        case Type.TIMESTAMP if pa.types.is_timestamp(type_):
            return values.cast(pa.timestamp("us", "UTC"))
        case Type.DECIMAL if pa.types.is_decimal128(type_):
            whole = column.precision - column.scale
            if type_.scale <= column.scale and type_.precision - type_.scale <= whole:
                return values.cast(pa.decimal128(column.precision, column.scale))
    return values if pa.types.is_string(type_) else None


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


def _is_mistyped(column: Column, type_: pa.DataType, name: str) -> str | None:
    """The condition under which a value of this Parquet type is none of the column's; None where all are."""
    if column.type in (Type.ID, Type.TEXT) and pa.types.is_nested(type_):
        return f"{name} is not null"
    if column.type is Type.ID and pa.types.is_boolean(type_):
        return f"{name} is not null"
    if column.type is Type.ID and pa.types.is_floating(type_):
        return f"not isfinite({name})"
    return None
