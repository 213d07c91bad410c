"""Texts whose meaning SQL cannot say: JSON, lists, time zones, and decimals in an unusual notation.

Each distinct text of a chunk is read once, by the standard library, and joined back to its rows.
"""

import json
import math
import re
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.contracts.model import WHITE_SPACE, Column, Contract, Type, time_zones

NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
LONGEST_EXPONENT = 6
SCHEMA = pa.schema([(name, pa.string()) for name in ("_column", "_text", "_canonical", "_fault")])


class FaultError(Exception):
    """The reason of quarantine of a text."""


def plain_decimal(column: Column) -> str:
    """The notation of a decimal that a cast takes exactly."""
    whole, scale = column.precision - column.scale, column.scale
    return rf"[+-]?([0-9]{{1,{whole}}}(\.[0-9]{{0,{scale}}})?|\.[0-9]{{1,{scale}}})"


def readings(contract: Contract, rows: pa.Table, *, bars: bool) -> pa.Table:
    """`_canonical` text or `_fault` of each distinct (`_column`, `_text`) of a chunk's rows that needs reading.

    `bars` says that `a|b` is a list too.
    """
    read: list[tuple[str, str, str | None, str | None]] = []
    for column in contract.columns:
        for text in _texts_to_read(column, rows):
            try:
                read.append((column.name, text, _read(column, text, bars), None))
            except FaultError as fault:
                read.append((column.name, text, None, str(fault)))
    return pa.Table.from_pylist(
        [dict(zip(SCHEMA.names, reading, strict=True)) for reading in read], schema=SCHEMA
    )


def _texts_to_read(column: Column, rows: pa.Table) -> list[str]:
    is_read = column.type in (Type.JSON, Type.LIST, Type.TIMEZONE, Type.DECIMAL)
    if not is_read or column.name not in rows.column_names:
        return []
    values = rows[column.name]
    if not pa.types.is_string(values.type):
        return []
    texts = values.unique().drop_null()
    has_meaning = pc.not_equal(texts, "")
    if column.type is Type.DECIMAL:
        is_plain = pc.match_substring_regex(texts, rf"\A({plain_decimal(column)})\z")
        has_meaning = pc.and_not(has_meaning, is_plain)
    found: list[str] = texts.filter(has_meaning).to_pylist()
    return found


def _read(column: Column, text: str, bars: bool) -> str:
    match column.type:
        case Type.JSON:
            return _read_object(text)
        case Type.LIST:
            return _read_list(column, text, bars)
        case Type.TIMEZONE:
            if text not in time_zones():
                raise FaultError("timezone")
            return text
        case _:
            return _read_decimal(column, text)


def _read_object(text: str) -> str:
    value = _strict_json(text)
    if not isinstance(value, dict):
        raise FaultError("type")
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _read_list(column: Column, text: str, bars: bool) -> str:
    items = text.split("|") if bars and not text.startswith("[") else _strict_json(text)
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise FaultError("type")
    words = {item.strip(WHITE_SPACE).lower() for item in items}
    if not words <= {*column.values}:
        raise FaultError("enum")
    return json.dumps(sorted(words))


def _read_decimal(column: Column, text: str) -> str:
    if not re.fullmatch(NUMBER, text):
        raise FaultError("type")
    mantissa, _, exponent = text.lower().partition("e")
    if not mantissa.strip("+-.0"):
        return "0"
    if len(exponent.lstrip("+-0")) > LONGEST_EXPONENT:
        raise FaultError("type" if exponent.startswith("-") else "range")
    value = Decimal(text)
    digits = "".join(map(str, value.as_tuple().digits)).rstrip("0")
    decimals = len(digits) - 1 - value.adjusted()
    if decimals > column.scale:
        raise FaultError("type")
    if value.adjusted() >= column.precision - column.scale:
        raise FaultError("range")
    return format(value, "f")


def _strict_json(text: str) -> Any:
    try:
        value = json.loads(text, parse_float=_number, parse_constant=refuse_constant)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, ArithmeticError, RecursionError):
        raise FaultError("type") from None
    return value


def _number(text: str) -> int | float:
    """Numbers of equal value are the same number, however they are written; what no double holds is none."""
    number = Decimal(text)
    if not math.isfinite(float(number)):
        raise ValueError(f"{text} is too large")
    if number != number.to_integral_value():
        number = Decimal(repr(float(number)))
    return int(number) if number == number.to_integral_value() else float(number)


def refuse_constant(constant: str) -> None:
    """Raise `ValueError` for NaN and its like, which Python's reader takes for JSON."""
    raise ValueError(f"{constant} is no JSON")
