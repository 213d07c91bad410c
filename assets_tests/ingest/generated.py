"""Seeded landing files full of what people and machines really write, driven by the declarations.

Most values are fine, so that rows are accepted, repeated and in conflict; the others are chosen from what
is just inside, just outside, or nothing of the sort.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from assets_tests.ingest.data_root import parquet
from assets_tests.ingest.oracle import Day, Given, Moment
from pipelines.contracts.model import Column, Contract, Type

NASTY_SHARE = 0.04
EPOCH = datetime(1970, 1, 1)

NASTY: dict[Type, tuple[str, ...]] = {
    Type.ID: (
        "", " ", "\t", " a1 ", "\u00a0a1\u3000", "x" * 255, "x" * 256, "é" * 255, " " + "x" * 255, "a\x01b",
        "a\nb", "a\x7fb", "a\x85b", "\x85a1", "\x1ca1", "a\u200bb", "007", "+5", "-0", "1.0", "1e3", "a,b",
        'a"b',
        '"', "null", "NULL", "nan", "🐦", "a\u0000b", "a\u2028b", "'; drop table arrivals; --", "%s", "{}", "[]",
    ),
    Type.TEXT: (
        "", " ", "\n", " padded ", "multi\nline", "multi\r\nline", "lone\rreturn", 'say "hi"', ",",
        '""', "\u2028",
        "\x00", "\x7f", "🐦" * 40, "{}", '{"a": 1}', "[1]", "null", "=1+1", "x" * 5000, "\u00a0", "é", "e\u0301",
    ),
    Type.INT: (
        "", " ", "0", "-0", "+0", "1", "-1", "10", "11", "+7", "007", " 3 ", "1.0", "1e2", "0x10", "1_000",
        "1,000",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "9" * 40,
        "\u0663", "+-1", "+", "--1", "3 3", "true", "NaN", "one", "\u00a05",
    ),
    Type.FLOAT: (
        "", " ", "0", "-0", "-0.0", "0.0", "1", "1.", ".5", "+.5", "-.5e-3", "1e0", "1E+1", "1e", "e1", ".",
        "+", "1e400",
        "-1e400", "1e-400", "nan", "NaN", "inf", "-Infinity", "1_0", "0x1p3", "1,5", "1.5.5", "10",
        "10.0000000001",
        "1.0000000000000001", "1.0000000000000002", "999999999.9999999", "999999999.99999999", "1000000000",
        "1e9",
        "-999999999.5", "-1e9", "-0.0000001", " 0.25 ", "1d5", "1f", "½", "9" * 400, "0." + "0" * 400 + "1",
    ),
    Type.DECIMAL: (
        "", " ", "0", "-0", "-0.0000", "0.00000", "100", "100.0000", "100.0001", "100.00000", "99.99999",
        "1e2", "1E+2",
        "1e-4", "1e-5", "123e-4", "1234567e-4", "10e-5", "0.00010e1", "1.0e1", "0e999999999", "1e999999999",
        "1e-999999999",
        "0.1e-9999999999999999999999", "1e99999999999999999999", ".5", "5.", "+5", "-5", "-0.0001", "1e",
        "nan", "inf",
        "12345678", "123456789", "99999999.9999", "100000000", "1e8", "0.12345", "0.12340", "1.2.3", "1_0",
        " 7.5 ", "½",
        "000000000000000000000000000000000050.5", "50.5" + "0" * 60, "12345678.00000000001",
        "50.00000000000001", "9" * 50,
    ),
    Type.BOOL: ("", " ", "true", "TRUE", "False", "1", "0", "yes", "NO", "y", "n", "t", "on", "2", "1.0",
        " true ", "tru"),
    Type.DATE: (
        "", " ", "1970-01-01", "1969-12-31", "2200-01-01", "2200-01-02", "2024-02-29", "2023-02-29",
        "2000-02-29",
        "1900-02-29", "2024-2-9", "2024-13-01", "2024-00-10", "2024-01-32", "0000-01-01", "0000-02-29",
        "0001-01-01",
        "9999-12-31", "10000-01-01", "-2024-01-01", "2024/01/01", "20240101", "2024-01-01T00:00",
        "2024-01-01 00:00:00",
        "01-01-2024", " 2024-01-01 ", "2024-01-01Z", "today", "2024-001", "2024-W01-1", "\uff12024-01-01",
        "infinity", "epoch",
    ),
    Type.TIMESTAMP: (
        "", " ", "2024-01-01", "1970-01-01", "1970-01-01T00:00", "1969-12-31T23:59:59.999999", "2200-01-01",
        "2200-01-01T00:00:00", "2200-01-01T00:00:00.000001", "2200-01-01T01:00+01:00", "2200-01-01T00:00-00:01",
        "1970-01-01T00:00+00:01", "1969-12-31T23:00-01:00", "2024-01-01 10:00", "2024-01-01T10:00:00",
        "2024-01-01T10",
        "2024-01-01T10:00:00.1", "2024-01-01T10:00:00.123456", "2024-01-01T10:00:00.1234567",
        "2024-01-01T10:00:00.",
        "2024-01-01T10:00Z", "2024-01-01T10:00:00Z", "2024-01-01T10:00:00 Z", "2024-01-01T10:00z",
        "2024-01-01t10:00",
        "2024-01-01T10:00+0530", "2024-01-01T10:00:30.5-05:45", "2024-01-01T10:00+05", "2024-01-01T10:00+24:00",
        "2024-01-01T10:00+23:59", "2024-01-01T10:00-23:59", "2024-01-01T10:00+05:60", "2024-01-01T10:00 +05:00",
        "2024-01-01T24:00", "2024-01-01T23:60", "2024-01-01T23:59:60", "2024-02-30T10:00", "2024-01-01Z",
        "2024-01-01+01:00", "0000-01-01T00:00", "0001-01-01T00:00+23:59", "9999-12-31T23:59:59.999999-23:59",
        "1700000000",
        "10000-01-01T00:00", "now", "infinity", "2024-01-01T10:00:00 UTC", "2024-01-01T10:00:00+00:00",
        "2024-01-01  10:00",
        "2024-01-01T10:00+-5:00", "2024-01-01T1:00", "2024-03-10T02:30", " 2024-01-01T10:00 ",
        "2024-01-01T10:00\n",
    ),
    Type.LIST: (
        "", " ", "[]", "[ ]", "mon", "Mon|TUE", " fri | sat ", "tue|mon", "mon|mon", "mon|", "|", "mon||tue",
        "monday", "mon,tue",
        '["mon"]', '["fri", "mon"]', '["MON "]', "[1]", "[null]", '["mon", 1]', '[["mon"]]', '{"a": 1}',
        '["mon"', "null",
        '"mon"', "[NaN]", "mon|holiday", '["mon",]',
    ),
    Type.JSON: (
        "", " ", "{}",
        '{"a":1}', '{"a":1.0}', '{"a":1e0}', '{"a":10e-1}', '{"b":2,"a":1}', '{"a":1,"b":2}',
        '{"a":{"d":1,"c":[1,2]}}',
        '{"a":{"c":[1,2],"d":1}}', '{"a":[2,1]}', "[]", "[1]", "1", '"text"', "null", "true",
        '{"a":NaN}', '{"a":Infinity}', "{a:1}",
        '{"a":1,}', "{'a':1}",
        '{"a":1', '{"a":"\\ud800"}', '{"a":"\\ud83d\\udc26"}', '{"a":"🐦"}', '{"a":1e400}', '{"a":true}',
        '{"a":' + "9" * 5000 + "}",
        '{"a":0.1}', '{"a":0.10}', '{"a":100000000000000000000000}', '{"a":1e23}', ' {"a": 1} ',
        '{"a":-0.0}', '{"a":0}', '{"":null}', '{"a":' * 30 + "1" + "}" * 30,
        '{"a":"\x01"}', '{"a":12345678.00000000001}',
        '{"a":123456789012345678.5}',
    ),
    Type.TIMEZONE: (
        "", " ", "UTC", "Europe/Berlin", "europe/berlin", "Europe/berlin", " Asia/Kathmandu ", "GMT",
        "Etc/GMT+5", "EST5EDT", "CET",
        "Mars/Olympus", "+01:00", "Factory", "localtime", "posixrules", "../UTC",
        "America/Argentina/Buenos_Aires", "PST", "UTC+1", "Zulu",
    ),
    Type.ENUM: ("", " ", "unknown", "0", "null", "none", "true", "\u212a"),
}  # fmt: skip


@dataclass(frozen=True)
class File:
    """A landing file; `rows` are what its typed cells say (Parquet), None where the bytes say all."""

    name: str
    content: bytes
    rows: list[Given] | None = None


def csv_file(contract: Contract, rng: random.Random, rows: int, name: str) -> File:
    """A CSV of any dialect that RFC 4180 allows, and a little beyond."""
    header = _header(contract, rng)
    end = rng.choice(["\n", "\r\n", "\r"])
    generous = rng.random() < 0.3

    def quoted(field: str) -> str:
        needs = any(character in field for character in ',"\r\n')
        return (
            '"' + field.replace('"', '""') + '"'
            if needs or (generous and rng.random() < 0.5)
            else field
        )

    lines = [",".join(quoted(rng.choice(["", "", " ", "\t"]) + name) for name in header)]
    for _ in range(rows):
        cells = {column.name: text(column, rng) for column in contract.columns}
        fields = [quoted(cells.get(name, "extra")) for name in header]
        chance = rng.random()
        if chance < 0.01:
            fields.append("one more")
        elif chance < 0.02:
            fields.pop()
        elif chance < 0.03:
            fields = [rng.choice(["", " ", "\u3000", "\x0b", "\ufeff", "x"])]
        elif chance < 0.032:
            fields[0] = 'stray"' + fields[0]
        lines.append(",".join(fields))
    text_ = end.join(lines) + rng.choice(["", end, end + end])
    return File(name, rng.choice([b"", b"\xef\xbb\xbf"]) + text_.encode())


def jsonl_file(contract: Contract, rng: random.Random, rows: int, name: str) -> File:
    """A JSONL file: texts, numbers as people write them, and lines that are no objects."""
    broken = (
        "[]", "1", "null", "{", '{"a":1,}', "{'a':1}", '{"a":NaN}', '{"a":1} x', "not json",
        '{"a":"\\ud800"}', "\x00",
        '{"a":+1}', '{"a":01}', '{"a":.5}', '{"a":tRUE}', '{"a":/**/1}', '{"a":"\t"}', '{"a":-Infinity}',
        '"{}"', '{"a":"x',
    )  # fmt: skip
    lines = []
    for _ in range(rows):
        chance = rng.random()
        if chance < 0.02:
            lines.append(rng.choice(broken))
            continue
        if chance < 0.03:
            lines.append(rng.choice(["", " ", "\t", "\u2003", "\r"]))
            continue
        pairs = [
            (column.name, _json_value(column, rng))
            for column in contract.columns
            if rng.random() > 0.02
        ]
        if rng.random() < 0.05:
            pairs.append(
                (rng.choice(["extra", "_raw", "text", ""]), rng.choice(["1e5", "[1]", '"x"']))
            )
        if rng.random() < 0.01 and pairs:
            pairs.append((pairs[0][0], '"again"'))
        rng.shuffle(pairs)
        space = rng.choice(["", "", " ", "\t"])
        written = ("," + space).join(f"{json.dumps(key)}:{space}{value}" for key, value in pairs)
        lines.append(f"{space}{{{written}}}{space}")
    end = rng.choice(["\n", "\r\n"])
    content = end.join(lines) + rng.choice(["", end])
    return File(name, rng.choice([b"", b"\xef\xbb\xbf"]) + content.encode())


def machine_jsonl_file(contract: Contract, rng: random.Random, rows: int, name: str) -> File:
    """A JSONL file as a machine writes it: one order of names and one spacing, and values as a machine gives them.

    What is not there is null, or left out; now and then a line has another form after all.
    """
    columns = rng.sample(contract.columns, len(contract.columns))
    extra = rng.choice([(), (), ("extra",)])
    separators = rng.choice([(",", ":"), (", ", ": ")])
    leaves_out, as_ascii = rng.random() < 0.5, rng.random() < 0.3
    as_numbers = rng.random() < 0.8
    lines = []
    for _ in range(rows):
        values = {column.name: _machine_value(column, rng, as_numbers) for column in columns}
        values |= dict.fromkeys(extra, rng.choice([1, "x", None]))
        if leaves_out:
            values = {name: value for name, value in values.items() if value is not None}
        line = json.dumps(values, separators=separators, ensure_ascii=as_ascii)
        if rng.random() < 0.05:
            line = _deformed(line, rng)
        lines.append(line)
    return File(name, "".join(line + "\n" for line in lines).encode())


def _machine_value(column: Column, rng: random.Random, as_numbers: bool) -> Any:
    written = text(column, rng)
    if written == "" or "ud800" in written:
        return None
    is_number = column.type in (Type.INT, Type.FLOAT, Type.DECIMAL)
    if is_number and as_numbers and _is_json_number(written):
        return json.loads(written)
    if column.type is Type.BOOL and as_numbers and rng.random() < 0.9:
        return rng.random() < 0.5
    return rng.choice([1, 2.5, True, -0.0, [], {"a": 1}]) if rng.random() < 0.01 else written


def _deformed(line: str, rng: random.Random) -> str:
    """A line that a reader who guesses would take for one of the same form."""
    return rng.choice(
        [
            line[:-1] + ",}",
            line.replace(":", " :", 1),
            line.replace("null", "NaN", 1),
            line.replace("null", "-Infinity", 1),
            line.replace("0", "00", 1),
            line.replace("1", "1.0", 1),
            line.replace("5", "5e0", 1),
            line.replace("2", "2.0000000000000000001", 1),
            line[:-1] + "," + line[1:],
            line[:-1] + ',"extra":1}',
            line.replace('"', '\\"', 1),
            line.replace("a", "\\u0061", 1),
            line.replace('",', '\\",', 1),
            line + line,
            " " + line,
            line[:-1],
        ]
    )


def _json_value(column: Column, rng: random.Random) -> str:
    """A JSON text for a column: most often its own type, at times any."""
    chance = rng.random()
    if chance < 0.01:
        return rng.choice(
            ["null", "true", "false", "0", "1", "-1", "1.0", "1e5", "-0.0", "[]", "{}", "[1]",
            '["a"]', '{"a":{"b":[]}}', "1e400",
             "12345678.00000000001", "50.00000000000001", "123456789012345678901234567890", "0.1",
             "18446744073709551616", '""', '" "']
        )  # fmt: skip
    written = text(column, rng)
    is_number = column.type in (Type.INT, Type.FLOAT, Type.DECIMAL, Type.ID)
    if chance < 0.5 and is_number and _is_json_number(written):
        return written
    if chance < 0.5 and column.type is Type.BOOL and written in ("true", "false"):
        return written
    if chance < 0.7 and column.type in (Type.JSON, Type.LIST) and _is_json(written):
        return written.strip()
    return json.dumps(written, ensure_ascii=rng.random() < 0.5)


def _is_json_number(written: str) -> bool:
    return _is_json(written) and written[:1] in "-0123456789" and len(written) < 4000


def _is_json(written: str) -> bool:
    if "\n" in written or len(written) > 4000 or "ud800" in written:
        return False
    try:
        json.loads(written, parse_constant=_refuse)
    except ValueError:
        return False
    return True


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def parquet_file(contract: Contract, rng: random.Random, rows: int, name: str) -> File:
    """A Parquet file whose columns have any of the types that a producer could choose."""
    arrays: dict[str, pa.Array] = {}
    cells: list[dict[str, Any]] = [{} for _ in range(rows)]
    for column_name in _header(contract, rng):
        column = next((c for c in contract.columns if c.name == column_name), None)
        if column is None:
            arrays[column_name] = pa.array(range(rows))
            continue
        array, values = rng.choice(_CHOICES[column.type])(column, rng, rows)
        arrays[column_name] = array
        for cell, value in zip(cells, values, strict=True):
            cell[column_name] = value
    table = pa.table(arrays)
    given = [Given(line, cell) for line, cell in enumerate(cells, start=1)]
    return File(name, parquet(table, row_group_size=max(1, rows // 3)), given)


Typed = tuple[pa.Array, Sequence[Any]]


def _strings(column: Column, rng: random.Random, rows: int) -> Typed:
    values = [None if rng.random() < 0.02 else text(column, rng) for _ in range(rows)]
    type_ = rng.choice([pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
    return pa.array(values, pa.string()).cast(type_), values


def _from(type_: pa.DataType, *pool: Any) -> Callable[[Column, random.Random, int], Typed]:
    def build(column: Column, rng: random.Random, rows: int) -> Typed:
        values = [rng.choice(pool) for _ in range(rows)]
        return pa.array(values, type_), values

    return build


def _lists(column: Column, rng: random.Random, rows: int) -> Typed:
    pool = [["mon"], ["fri", "mon"], [], None, ["Mon ", "TUE"], ["holiday"], [None], ["mon", ""]]
    values = [rng.choice(pool) for _ in range(rows)]
    return pa.array(values, rng.choice([pa.list_(pa.string()), pa.large_list(pa.string())])), values


def _objects(column: Column, rng: random.Random, rows: int) -> Typed:
    pool = [None, {"a": 1, "b": "x"}, {"a": None, "b": "é"}, {"a": -5, "b": None}]
    values = [rng.choice(pool) for _ in range(rows)]
    return pa.array(values, pa.struct([("a", pa.int64()), ("b", pa.string())])), values


def _days(column: Column, rng: random.Random, rows: int) -> Typed:
    pool = [
        None,
        0,
        -1,
        19_000,
        20_000,
        84_006,
        84_007,
        10_957,
        10**7,
        -(10**7),
        2**31 - 1,
        -(2**31),
    ]
    weights = [1, 1, 1, 20, 20, 1, 1, 1, 1, 1, 1, 1]
    values = rng.choices(pool, weights, k=rows)
    array = pa.array(values, pa.int32()).cast(pa.date32())
    return array, [None if value is None else Day(value) for value in values]


def _moments(column: Column, rng: random.Random, rows: int) -> Typed:
    unit, a_second = rng.choice([("s", 1), ("ms", 10**3), ("us", 10**6), ("ns", 10**9)])
    pool = [
        None,
        0,
        -1,
        1_700_000_000 * a_second,
        1_750_000_000 * a_second + a_second // 2,
        7_258_118_400 * a_second,
    ]
    pool += [7_258_118_400 * a_second + 1, 2**63 - 1, -(2**62), 253_402_300_800 * a_second, 10**13]
    weights = [1, 1, 1, 20, 20, 1, 1, 1, 1, 1, 1]
    values = rng.choices(pool, weights, k=rows)
    values = [None if value is None or abs(value) >= 2**63 else value for value in values]
    zone = rng.choice([None, None, "UTC", "Asia/Kathmandu"])
    array = pa.array(values, pa.int64()).cast(pa.timestamp(unit, zone))
    if unit == "s":
        # Parquet has no seconds: the writer makes them milliseconds, if they fit.
        values = [
            value if value is None or abs(value) < 2**63 // 1000 else None for value in values
        ]
        array = pa.array(values, pa.int64()).cast(pa.timestamp(unit, zone))
    return array, [None if value is None else Moment(value * 10**6 // a_second) for value in values]


_DOUBLES = _from(
    pa.float64(), None, 1.0, 2.0, 3.0, 5.0, 0.5, 0.25, 50.1, 99.9999, 100.0, 100.5, -1.0, 1e9, 1e18, 1e20, 1e300, -0.0,
    float("nan"), float("inf"), 123456789.125, 1.5,
)  # fmt: skip
_FLOATS = _from(
    pa.float32(), None, 1.0, 2.0, 0.5, 0.25, 7.5, 100.0, -1.0, float("nan"), float("-inf")
)
_INTEGERS = _from(pa.int64(), None, 0, 1, 2, 3, 5, 10, 11, -1, 100, 101, 2**62, 10**9)
_UNSIGNED = _from(pa.uint64(), None, 1, 2, 3, 2**64 - 1)
_SMALL = _from(pa.int8(), None, 0, 1, 2, 5)
_DECIMALS = _from(
    pa.decimal128(20, 6), None, Decimal("1"), Decimal("50.5"), Decimal("99.999900"), Decimal("0.000001"),
        Decimal("-3"), Decimal("100.0001")
)  # fmt: skip
_BOOLEANS = _from(pa.bool_(), None, True, False)

_CHOICES: dict[Type, tuple[Callable[[Column, random.Random, int], Typed], ...]] = {
    Type.ID: (
        _strings,
        _strings,
        _strings,
        _strings,
        _INTEGERS,
        _DOUBLES,
        _UNSIGNED,
        _BOOLEANS,
        _lists,
    ),
    Type.TEXT: (_strings, _strings, _strings, _INTEGERS, _objects),
    Type.INT: (_strings, _INTEGERS, _INTEGERS, _SMALL, _DOUBLES, _UNSIGNED, _FLOATS, _BOOLEANS),
    Type.FLOAT: (_strings, _DOUBLES, _DOUBLES, _FLOATS, _INTEGERS, _DECIMALS, _BOOLEANS),
    Type.DECIMAL: (_strings, _DECIMALS, _DECIMALS, _DOUBLES, _INTEGERS, _FLOATS),
    Type.BOOL: (_strings, _BOOLEANS, _BOOLEANS, _SMALL),
    Type.DATE: (_strings, _days, _days, _moments),
    Type.TIMESTAMP: (_strings, _strings, _moments, _moments, _days, _INTEGERS),
    Type.LIST: (_strings, _lists, _lists),
    Type.JSON: (_strings, _objects),
    Type.TIMEZONE: (_strings,),
    Type.ENUM: (_strings, _strings, _strings, _BOOLEANS),
}


def _header(contract: Contract, rng: random.Random) -> list[str]:
    names = [column.name for column in contract.columns]
    rng.shuffle(names)
    if rng.random() < 0.2:
        names.remove(rng.choice(names))
    if rng.random() < 0.4:
        names.insert(
            rng.randrange(len(names) + 1), rng.choice(["note", "rows", "_line", "chunk", "given"])
        )
    return names


def text(column: Column, rng: random.Random) -> str:
    """A text for a column: nasty at times, else fine."""
    if column.type is Type.ENUM and rng.random() < NASTY_SHARE:
        word = rng.choice(column.values)
        return rng.choice([word.upper(), f" {word}\t", word + "s", *NASTY[Type.ENUM]])
    if rng.random() < NASTY_SHARE:
        return rng.choice(NASTY[column.type])
    if not column.required and rng.random() < 0.2:
        return ""
    return _FINE[column.type](column, rng)


def _fine_number(column: Column, rng: random.Random) -> str:
    low = column.minimum if column.minimum is not None else -5
    high = column.maximum if column.maximum is not None else low + 10
    if column.type is Type.INT:
        return str(rng.randint(low, high))
    places = rng.randint(0, 4)
    return f"{rng.uniform(low, high):.{places}f}"


def _fine_moment(column: Column, rng: random.Random) -> str:
    moment = EPOCH + timedelta(days=rng.randint(18_000, 18_004), minutes=rng.randint(0, 3))
    return rng.choice(["{:%Y-%m-%d}", "{:%Y-%m-%d %H:%M}", "{:%Y-%m-%dT%H:%M:%SZ}"]).format(moment)


def _fine_day(column: Column, rng: random.Random) -> str:
    return (
        date(2024, 2, 27) + timedelta(days=rng.choice([0, 1, 2, 3, 60, 1826, 1827, 1828]))
    ).isoformat()


_FINE: dict[Type, Callable[[Column, random.Random], str]] = {
    Type.ID: lambda column, rng: f"{column.name[0]}{rng.randint(1, 400 if column.required else 9)}",
    Type.TEXT: lambda column, rng: rng.choice(["alpha", "beta", "gamma delta", "é"]),
    Type.INT: _fine_number,
    Type.FLOAT: _fine_number,
    Type.DECIMAL: _fine_number,
    Type.BOOL: lambda column, rng: rng.choice(["true", "false", "no", "0"]),
    Type.DATE: _fine_day,
    Type.TIMESTAMP: _fine_moment,
    Type.LIST: lambda column, rng: rng.choice(['["mon", "tue"]', '["sun"]']),
    Type.JSON: lambda column, rng: rng.choice(['{"a":1}', '{"b":[1, 2], "a":1.0}']),
    Type.TIMEZONE: lambda column, rng: rng.choice(["UTC", "Europe/Berlin"]),
    Type.ENUM: lambda column, rng: rng.choice(column.values),
}
