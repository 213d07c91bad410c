"""JSON lines, strict: one object per line, no NaN, numbers as the text they were written in.

DuckDB parses the lines. It takes NaN, infinity and trailing commas for JSON, and shows a fraction as a
double would print it; the few lines in which that could matter are read by the standard library.
"""

import json
from collections.abc import Iterator
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.contracts.model import WHITE_SPACE, Column, Contract, Type
from pipelines.ingest.given import LINE, MALFORMED, MISTYPED, RAW, Notes, chunk
from pipelines.ingest.landing import LandingFile, blocks, carry, check_utf8

LOOKS_LENIENT = r"(?i)[:\[,]\s*[+-]?(nan|inf)|,\s*[\]}]"
LOOKS_INEXACT = r"[:\[,]\s*-?([0-9.]+[eE]|[0-9]*\.[0-9]{8}|[0-9]{9,}\.)"


def read_jsonl(
    file: LandingFile, connection: duckdb.DuckDBPyConnection, notes: Notes
) -> Iterator[pa.Table]:
    """Read a JSONL landing file in chunks; see `given` for their shape."""
    with file.open() as stream:
        lines_before = 0
        carried = b""
        for block in blocks(stream):
            data = carried + block
            end = data.rfind(b"\n") + 1
            carried = carry(data[end:])
            if end:
                lines = _lines(data[:end], lines_before)
                yield from _read_lines(lines, file.contract, connection, notes)
                lines_before += data.count(b"\n", 0, end)
        if carried:
            lines = _lines(carried + b"\n", lines_before)
            yield from _read_lines(lines, file.contract, connection, notes)


def _lines(block: bytes, lines_before: int) -> pa.Table:
    """The lines of a block that are not blank, with their numbers; `text` is trimmed."""
    check_utf8(block)
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n")) + 1
    offsets = pa.py_buffer(np.append(0, ends).astype(np.int32))
    raw = pc.utf8_rtrim(
        pa.StringArray.from_buffers(ends.size, offsets, pa.py_buffer(block)), "\r\n"
    )
    numbers = pa.array(np.arange(ends.size, dtype=np.int64) + lines_before + 1)
    text = pc.utf8_trim(raw, WHITE_SPACE)
    lines = pa.table({LINE: numbers, RAW: raw, "text": text})
    return lines.filter(pc.not_equal(text, ""))


def _read_lines(
    lines: pa.Table, contract: Contract, connection: duckdb.DuckDBPyConnection, notes: Notes
) -> Iterator[pa.Table]:
    connection.register("lines", lines)
    parsed = connection.sql(_parsing(contract)).to_arrow_table()
    connection.unregister("lines")
    known = {column.name for column in contract.columns}
    twice = []
    for keys in parsed["keys"].unique().drop_null().to_pylist():
        names = json.loads(keys)
        notes.ignored_columns |= {*names} - known
        if len({*names}) < len(names):
            twice.append(keys)
    if twice:
        parsed = _without_meaning(parsed, pc.is_in(parsed["keys"], pa.array(twice)))
    plain = parsed.filter(pc.invert(parsed["odd"]))
    yield chunk(
        contract,
        plain[LINE],
        plain[RAW],
        plain[MALFORMED],
        {name: plain[name] for name in known},
        plain[MISTYPED],
    )
    odd = parsed.filter(parsed["odd"])
    if len(odd):
        yield _read_strictly(odd, contract)


def _without_meaning(parsed: pa.Table, ambiguous: pa.ChunkedArray) -> pa.Table:
    """The lines with those marked as malformed in which a name stands twice: either value could be meant."""
    malformed = pc.or_(parsed[MALFORMED], ambiguous)
    odd = pc.and_not(parsed["odd"], ambiguous)
    return parsed.set_column(parsed.column_names.index(MALFORMED), MALFORMED, malformed).set_column(
        parsed.column_names.index("odd"), "odd", odd
    )


def _parsing(contract: Contract) -> str:
    names = [column.name for column in contract.columns]
    paths = ", ".join(f"'$.{name}'" for name in names)
    values = ", ".join(f"found[{index}] as {name}" for index, name in enumerate(names, start=1))
    mistyped = ", ".join(
        f"case when kinds[{index}] in {_unfit(column)} then '{column.name}' end"
        for index, column in enumerate(contract.columns, start=1)
        if _unfit(column)
    )
    rewritten = " or ".join(
        f"coalesce(kinds[{index}] = 'DOUBLE' or (kinds[{index}] = 'BIGINT' and found[{index}] = '0'), false)"
        for index, column in enumerate(contract.columns, start=1)
        if column.type in (Type.ID, Type.TEXT)
    )
    if any(column.type is Type.DECIMAL for column in contract.columns):
        rewritten += f" or regexp_matches(text, '{LOOKS_INEXACT}')"
    return f"""
        with valid as (
            select *, case when json_valid(text) then json_type(text) = 'OBJECT' else false end as is_object
            from lines
        ),
        extracted as (
            select
                *,
                case when is_object then json_extract_string(text, [{paths}]) end as found,
                case when is_object then json_type(text, [{paths}]) end as kinds,
                case when is_object then to_json(json_keys(text))::varchar end as keys,
            from valid
        )
        select
            {LINE}, {RAW}, text, keys,
            not is_object as {MALFORMED},
            list_filter([{mistyped}], lambda name: name is not null) as {MISTYPED},
            is_object and (
                regexp_matches(text, '{LOOKS_LENIENT}') or {rewritten}
            ) as odd,
            {values},
        from extracted
    """


def _unfit(column: Column) -> tuple[str, ...]:
    """The JSON types that a column of text must not hold; others fail by their text."""
    match column.type:
        case Type.ID:
            return ("OBJECT", "ARRAY", "BOOLEAN")
        case Type.TEXT:
            return ("OBJECT", "ARRAY")
        case _:
            return ()


def _read_strictly(lines: pa.Table, contract: Contract) -> pa.Table:
    """Read lines one by one, by the letter of JSON."""
    objects = [_object(text) for text in lines["text"].to_pylist()]
    return chunk(
        contract,
        lines[LINE],
        lines[RAW],
        pa.array([found is None for found in objects], pa.bool_()),
        {
            column.name: pa.array(
                [(found or {}).get(column.name) for found in objects], pa.string()
            )
            for column in contract.columns
        },
        lines[MISTYPED],
    )


def _object(text: str) -> dict[str, str | None] | None:
    """The values of an object as text, numbers as they were written; None for anything else."""
    try:
        value = json.loads(text, parse_constant=_refuse)
        written = json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    return {name: _as_text(value[name], written[name]) for name in value}


def _as_text(value: Any, written: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(written)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
