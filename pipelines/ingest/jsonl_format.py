"""JSON lines, strict: one object per line, no NaN, numbers as the text they were written in.

DuckDB parses the lines, most of which have the form in which a machine wrote them all. The others are looked at
more closely, and the few of them in which JSON and what DuckDB takes for it could differ are read by the standard
library.
"""

import json
from collections.abc import Iterator
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.contracts.model import WHITE_SPACE, Column, Contract, Type
from pipelines.ingest.given import LINE, MISTYPED, RAW, Notes, chunk, gathered, malformed, together
from pipelines.ingest.jsonl_form import Form
from pipelines.ingest.landing import LandingFile, whole_records
from pipelines.ingest.reading import refuse_constant
from pipelines.warehouse.connection import in_morsels

LINES_THAT_SHOW_THE_FORM = 100
MOST_DIGITS = 4_000
LOOKS_LENIENT = r"(?i)[:\[,]\s*[+-]?(nan|inf)|,\s*[\]}]"
LOOKS_INEXACT = r"[:\[,]\s*-?([0-9.]+[eE]|[0-9]*\.[0-9]{8}|[0-9]{9,}\.)"


def read_jsonl(
    connection: duckdb.DuckDBPyConnection, file: LandingFile, notes: Notes
) -> Iterator[pa.Table]:
    """All rows of a JSONL landing file; the connection is its own."""
    for lines in gathered(map(_trimmed, _lines(file))):
        form = Form.of(lines["text"][:LINES_THAT_SHOW_THE_FORM].to_pylist(), file.contract)
        if form is not None:
            read = _made(lines, form.reading(), connection)
            has_form = read["has_form"]
            if pc.any(has_form).as_py():
                notes.ignored_columns |= form.unknown
                yield form.chunk(_where(has_form, read))
            others = read[LINE].filter(pc.invert(has_form))
            lines = lines.filter(pc.is_in(lines[LINE], others))
        if len(lines):
            yield _by_grammar(lines, file.contract, connection, notes)


def find_jsonl(file: LandingFile, lines: pa.Array) -> Iterator[pa.Table]:
    """The text of some lines of a JSONL landing file."""
    for block in _lines(file):
        found = block.filter(pc.is_in(block[LINE], lines))
        yield pa.table({LINE: found[LINE], RAW: pc.utf8_rtrim(found[RAW], "\r\n")})


def _lines(file: LandingFile) -> Iterator[pa.Table]:
    """The numbers and texts of all lines, a block at a time, line feeds included."""
    lines_before = 0
    with file.open() as stream:
        for block in whole_records(stream, lambda block: block.rfind(b"\n") + 1):
            lines = _lines_of(block if block.endswith(b"\n") else block + b"\n", lines_before)
            lines_before += len(lines)
            yield lines


def _lines_of(block: bytes, lines_before: int) -> pa.Table:
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n")) + 1
    offsets = pa.py_buffer(np.append(0, ends).astype(np.int32))
    texts = pa.StringArray.from_buffers(ends.size, offsets, pa.py_buffer(block))
    return pa.table({LINE: pa.array(np.arange(ends.size) + lines_before + 1), RAW: texts})


def _trimmed(lines: pa.Table) -> pa.Table:
    """The lines that are not blank."""
    text = pc.utf8_trim(lines[RAW], WHITE_SPACE)
    has_text = pc.not_equal(text, "")
    return _where(has_text, pa.table({LINE: lines[LINE], "text": text}))


def _where(condition: pa.ChunkedArray, rows: pa.Table) -> pa.Table:
    """The rows of which it holds; most often of all, and then nothing is copied."""
    return rows if pc.all(condition).as_py() else rows.filter(condition)


def _made(lines: pa.Table, statement: str, connection: duckdb.DuckDBPyConnection) -> pa.Table:
    connection.register("lines", in_morsels(lines))
    made = connection.sql(statement).to_arrow_table()
    connection.unregister("lines")
    return made


def _by_grammar(
    lines: pa.Table, contract: Contract, connection: duckdb.DuckDBPyConnection, notes: Notes
) -> pa.Table:
    """What lines of any form give."""
    parsed = _made(lines, _parsing(contract), connection)
    known = {column.name for column in contract.columns}
    twice = []
    for text in parsed["names"].unique().drop_null().to_pylist():
        names = json.loads(text)
        notes.ignored_columns |= {*names} - known
        if len({*names}) < len(names):
            twice.append(text)
    # Where a name stands twice, either value could be meant.
    no_object = pc.or_(
        pc.invert(parsed["is_object"]), pc.is_in(parsed["names"], pa.array(twice, pa.string()))
    )
    plain = parsed.filter(pc.invert(pc.or_(no_object, parsed["is_odd"])))
    odd = parsed.filter(pc.and_not(parsed["is_odd"], no_object))
    columns = {name: plain[name] for name in known}
    return together(
        [
            chunk(contract, plain[LINE], columns, plain[MISTYPED]),
            _read_strictly(odd, contract),
            malformed(parsed[LINE].filter(no_object)),
        ]
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
                case when is_object then to_json(json_keys(text))::varchar end as names,
            from valid
        )
        select
            {LINE}, text, names, is_object,
            list_filter([{mistyped}], lambda name: name is not null) as {MISTYPED},
            is_object and (
                regexp_matches(text, '{LOOKS_LENIENT}') or {rewritten}
            ) as is_odd,
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
    found = [_object(text) for text in lines["text"].to_pylist()]
    is_object = pa.array([value is not None for value in found], pa.bool_())
    columns = {
        column.name: pa.array(
            [value.get(column.name) for value in found if value is not None], pa.string()
        )
        for column in contract.columns
    }
    objects = lines.filter(is_object)
    return together(
        [
            chunk(contract, objects[LINE], columns, objects[MISTYPED]),
            malformed(lines[LINE].filter(pc.invert(is_object))),
        ]
    )


def _object(text: str) -> dict[str, str | None] | None:
    """The values of an object as text, numbers as they were written; None for anything else."""
    try:
        value = json.loads(text, parse_constant=refuse_constant, parse_int=_whole)
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


def _whole(digits: str) -> int | float:
    """A whole number; one of more digits than Python reads is infinite, as every number that no double holds."""
    return int(digits) if len(digits) <= MOST_DIGITS else float(digits)
