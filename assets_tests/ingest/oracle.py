"""A second judge of landing rows, written from the contracts' prose alone: one row, one value at a time.

It shares the declarations (names, types, bounds) with Cairn, and nothing else: no SQL, no Arrow compute.
A value is (typed value, reasons). Days are counted from 1970-01-01, moments in microseconds since then, so
that no year is too far away to be compared.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
import zoneinfo
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from pipelines.contracts.model import Column, Contract, Kind, Type

BLANKS = "".join(
    character
    for character in map(chr, range(0x110000))
    if character.isspace() and character not in "\x1c\x1d\x1e\x1f"
)
DAY = 86_400_000_000
LATEST_DAY = (date(2200, 1, 1) - date(1970, 1, 1)).days
ZONES = zoneinfo.available_timezones() - {"localtime"}
NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
MOMENT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
MISSING = object()


class UnreadableError(Exception):
    """A file that cannot be read at all."""


class Written(str):
    """A number of a JSON text, as it was written."""


class Pairs(list[tuple[str, Any]]):
    """A JSON object before it is known that no name stands twice."""


class Moment(int):
    """A typed moment of a Parquet file, microseconds since 1970; `Day` likewise, days."""


class Day(int):
    """A typed day of a Parquet file, days since 1970."""


@dataclass(frozen=True)
class Given:
    """A data row before judgement: `cells` by column, None when the row has not the file's form."""

    line: int
    cells: Mapping[str, Any] | None


@dataclass(frozen=True)
class Judged:
    """A row's place, its reasons (sorted), and its typed values when there are none."""

    line: int
    reasons: tuple[str, ...]
    values: dict[str, Any]


# -- files to rows ------------------------------------------------------------------------------


def read_csv(content: bytes) -> list[Given]:
    """The data rows of a CSV file; raises `UnreadableError`."""
    records = [record for record in _records(_text(content)) if record[2].strip(BLANKS)]
    if not records:
        return []
    names = [name.strip(BLANKS) for name in records[0][1]]
    if len({*names}) < len(names):
        raise UnreadableError
    return [
        Given(line, dict(zip(names, fields, strict=True)) if len(fields) == len(names) else None)
        for line, fields, _ in records[1:]
    ]


def _records(text: str) -> Iterator[tuple[int, list[str], str]]:
    """First physical line, fields and text of each record, character by character."""
    line, first, start, place = 1, 1, 0, 0
    fields: list[str] = []
    field: list[str] = []
    quoted = closed = False
    begun = False
    while place < len(text):
        character = text[place]
        place += 1
        ends_line = character in "\r\n"
        if character == "\r" and text[place : place + 1] == "\n":
            character = "\r\n"
            place += 1
        if quoted:
            if character == '"':
                quoted, closed = False, True
            else:
                field.append(character)
        elif character == '"' and closed:
            field.append('"')
            quoted, closed = True, False
        elif character == '"' and not begun:
            quoted = begun = True
            continue
        elif character == ",":
            fields.append("".join(field))
            field, begun, closed = [], False, False
            continue
        elif ends_line:
            yield first, [*fields, "".join(field)], text[start : place - len(character)]
            fields, field, begun, closed = [], [], False, False
            line += 1
            first, start = line, place
            continue
        else:
            field.append(character)
            closed = False
        begun = True
        line += ends_line
    if quoted:
        raise UnreadableError
    if start < len(text):
        yield first, [*fields, "".join(field)], text[start:]


def read_jsonl(content: bytes) -> list[Given]:
    """The data rows of a JSONL file; raises `UnreadableError`."""
    lines = enumerate(_text(content).split("\n"), start=1)
    return [Given(line, _object(text)) for line, text in lines if text.strip(BLANKS)]


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(
            text.strip(BLANKS),
            parse_float=Written,
            parse_int=Written,
            parse_constant=_refuse,
            object_pairs_hook=Pairs,
        )
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, Pairs) or len({name for name, _ in value}) < len(value):
        return None
    return {name: _unpaired(item) for name, item in value}


def _unpaired(value: Any) -> Any:
    if isinstance(value, Pairs):
        return {name: _unpaired(item) for name, item in value}
    return [_unpaired(item) for item in value] if isinstance(value, list) else value


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableError from None


# -- rows to values -----------------------------------------------------------------------------


def judge(contract: Contract, given: Given, *, bars: bool) -> Judged:
    """All reasons against a row, and its values; `bars`: lists may be written `a|b` (CSV)."""
    if given.cells is None:
        return Judged(given.line, ("malformed",), {})
    reasons: set[str] = set()
    values: dict[str, Any] = {}
    was_given: set[str] = set()
    is_tombstone = (
        contract.kind is Kind.ENTITY
        and _typed_bool(str(_trimmed(given.cells.get("is_deleted")))) is True
    )
    for column in contract.columns:
        if is_tombstone and column.name not in (*contract.key, "is_deleted"):
            values[column.name] = None
            continue
        value, faults = _read(column, given.cells.get(column.name), bars)
        if value is MISSING:
            value = _default(column)
            if column.required:
                faults = ["missing"]
        else:
            was_given.add(column.name)
        values[column.name] = value
        reasons |= {f"{fault}:{column.name}" for fault in faults}
    if not is_tombstone:
        reasons |= {*RULES.get(contract.name, _no_rules)(was_given, values)}
    return Judged(given.line, tuple(sorted(reasons)), values)


def _read(column: Column, cell: Any, bars: bool) -> tuple[Any, list[str]]:
    """The typed value (None when it has none, `MISSING` when nothing is given) and the faults."""
    cell = cell if column.type is Type.TEXT else _trimmed(cell)
    if cell is None or (isinstance(cell, str) and cell == ""):
        return MISSING, []
    return READERS[column.type](column, cell, bars)


def _trimmed(cell: Any) -> Any:
    return cell.strip(BLANKS) if type(cell) is str else cell


def _written(cell: Any) -> str | None:
    """The text of a cell, numbers as they are written; None for what has no text."""
    if isinstance(cell, str):
        return str(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Day | Moment | list | dict):
        return None
    if isinstance(cell, float):
        integral = math.isfinite(cell) and cell == math.trunc(cell)
        return str(int(cell)) if integral else repr(cell)
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell)


def _id(column: Column, cell: Any, bars: bool) -> tuple[Any, list[str]]:
    text = _written(cell)
    if isinstance(cell, Day | Moment):
        text = None
    if text is None or isinstance(cell, bool):
        return None, ["type"]
    if isinstance(cell, float) and not math.isfinite(cell):
        return None, ["type"]
    faults = ["too_long"] if len(text) > 255 else []
    if any(unicodedata.category(character) == "Cc" for character in text):
        faults.append("control_character")
    return text, faults


def _free_text(column: Column, cell: Any, bars: bool) -> tuple[Any, list[str]]:
    text = _written(cell)
    return (None, ["type"]) if text is None else (text, [])


def _int(column: Column, cell: Any, bars: bool) -> tuple[Any, list[str]]:
    text = _written(cell)
    if text is None or not re.fullmatch("[+-]?[0-9]+", text):
        return None, ["type"]
    value = Decimal(text)
    fits = -(2**63) <= value < 2**63
    return (int(value) if fits else None), ([] if fits and _inside(column, value) else ["range"])


def _float(column: Column, cell: Any, bars: bool) -> tuple[Any, list[str]]:
    text = _written(cell)
    if text is None or not NUMBER.fullmatch(text):
        return None, ["type"]
    value = float(text) + 0.0
    return value, ([] if abs(value) < 10**9 and _inside(column, value) else ["range"])


def _decimal(column: Column, cell: Any, bars: bool) -> tuple[Any, list[str]]:
    text = _written(cell)
    if text is None or not NUMBER.fullmatch(text):
        return None, ["type"]
    mantissa, _, exponent = text.lower().partition("e")
    if not re.search("[1-9]", mantissa):
        return Decimal(0), [] if _inside(column, 0) else ["range"]
    if len(exponent.lstrip("+-0")) > 6:
        return None, ["type" if exponent.startswith("-") else "range"]
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None, ["range"]
    _, digits, places = value.as_tuple()
    trailing = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    if -(int(places) + trailing) > column.scale:
        return None, ["type"]
    if value.adjusted() >= column.precision - column.scale:
        return None, ["range"]
    return value, ([] if _inside(column, value) else ["range"])


def _inside(column: Column, value: Any) -> bool:
    if column.minimum is not None and value < column.minimum:
        return False
    if column.above_minimum and value == column.minimum:
        return False
    return column.maximum is None or value <= column.maximum


def _typed_bool(text: str) -> bool | None:
    return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(
        text.lower()
    )


def _bool(column: Column, cell: Any, bars: bool) -> tuple[Any, list[str]]:
    value = _typed_bool(_written(cell) or "")
    return value, ([] if value is not None else ["type"])


def _date(column: Column, cell: Any, bars: bool) -> tuple[Any, list[str]]:
    if isinstance(cell, Day):
        return int(cell), ([] if 0 <= cell <= LATEST_DAY else ["range"])
    text = _written(cell)
    if text is None or not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None, ["type"]
    day = _day(*(int(part) for part in text.split("-")))
    if day is None:
        return None, ["type"]
    return day, ([] if 0 <= day <= LATEST_DAY else ["range"])


def _timestamp(column: Column, cell: Any, bars: bool) -> tuple[Any, list[str]]:
    moment = _moment(column, cell)
    if moment is None:
        return None, ["type"]
    return moment, ([] if 0 <= moment <= LATEST_DAY * DAY else ["range"])


def _moment(column: Column, cell: Any) -> int | None:
    if isinstance(cell, Moment):
        return int(cell)
    if isinstance(cell, Day):
        return int(cell) * DAY + (DAY - 1 if column.bare_date_is_end_of_day else 0)
    found = MOMENT.fullmatch(_written(cell) or "")
    if found is None:
        return None
    year, month, day_, hour, minute, second, fraction, offset = found.groups()
    day = _day(int(year), int(month), int(day_))
    if day is None:
        return None
    if hour is None:
        return day * DAY + (DAY - 1 if column.bare_date_is_end_of_day else 0)
    if int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:
        return None
    seconds = int(hour) * 3600 + int(minute) * 60 + int(second or 0)
    if offset not in (None, "Z"):
        hours, minutes = int(offset[1:3]), int(offset[-2:])
        if hours > 23 or minutes > 59:
            return None
        seconds -= (hours * 3600 + minutes * 60) * (-1 if offset[0] == "-" else 1)
    return day * DAY + seconds * 1_000_000 + int((fraction or "0").ljust(6, "0"))


def _day(year: int, month: int, day: int) -> int | None:
    """Days since 1970 of a proleptic Gregorian date, None when there is no such day.

    The calendar repeats every 400 years, 146,097 days, which brings year 0 within Python's reach.
    """
    cycles = 1 if year < 400 else 0
    try:
        moved = date(year + 400 * cycles, month, day)
    except ValueError:
        return None
    return (moved - date(1970, 1, 1)).days - 146_097 * cycles


def _list(column: Column, cell: Any, bars: bool) -> tuple[Any, list[str]]:
    items = cell
    if isinstance(cell, str) and not isinstance(cell, Written):
        items = cell.split("|") if bars and not cell.startswith("[") else _json(cell)
    if not isinstance(items, list) or not all(type(item) is str for item in items):
        return None, ["type"]
    words = {item.strip(BLANKS).lower() for item in items}
    if not words:
        return MISSING, []
    return sorted(words), ([] if words <= {*column.values} else ["enum"])


def _json_object(column: Column, cell: Any, bars: bool) -> tuple[Any, list[str]]:
    value = _json(cell) if isinstance(cell, str) and not isinstance(cell, Written) else cell
    try:
        return (canonical(value), []) if isinstance(value, dict) else (None, ["type"])
    except OverflowError:
        return None, ["type"]


def _json(text: str) -> Any:
    try:
        value = json.loads(text, parse_float=Written, parse_int=Written, parse_constant=_refuse)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return value


def canonical(value: Any) -> Any:
    """A JSON value in a form in which equal values are equal: numbers as exact as a double or an integer."""
    if isinstance(value, dict):
        return ("object", tuple(sorted((key, canonical(item)) for key, item in value.items())))
    if isinstance(value, list):
        return ("array", tuple(canonical(item) for item in value))
    if isinstance(value, bool) or value is None:
        return ("word", value)
    if isinstance(value, Written | int | float | Decimal):
        if math.isinf(float(value)):
            raise OverflowError
        exact = Decimal(value)
        return ("number", int(exact) if exact == exact.to_integral_value() else float(value))
    return ("text", value)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _timezone(column: Column, cell: Any, bars: bool) -> tuple[Any, list[str]]:
    return (cell, []) if isinstance(cell, str) and cell in ZONES else (None, ["timezone"])


def _enum(column: Column, cell: Any, bars: bool) -> tuple[Any, list[str]]:
    word = (_written(cell) or "").lower()
    return (word, []) if word in column.values else (None, ["enum"])


def _default(column: Column) -> Any:
    if column.default is None:
        return None
    value, _ = _read(column, column.default, True)
    return value


READERS: dict[Type, Callable[[Column, Any, bool], tuple[Any, list[str]]]] = {
    Type.ID: _id,
    Type.TEXT: _free_text,
    Type.INT: _int,
    Type.FLOAT: _float,
    Type.DECIMAL: _decimal,
    Type.BOOL: _bool,
    Type.DATE: _date,
    Type.TIMESTAMP: _timestamp,
    Type.LIST: _list,
    Type.JSON: _json_object,
    Type.TIMEZONE: _timezone,
    Type.ENUM: _enum,
}

# -- rules between columns ------------------------------------------------------------------------

Rules = Callable[[set[str], dict[str, Any]], Iterable[str]]


def _no_rules(given: set[str], values: dict[str, Any]) -> Iterable[str]:
    return ()


def _internships(given: set[str], values: dict[str, Any]) -> Iterable[str]:
    starts, ends = values["starts_on"], values["ends_on"]
    if starts is None or ends is None:
        return
    if ends < starts or ends > _five_years_after(starts):
        yield "range:ends_on"


def _five_years_after(day: int) -> int:
    """The same day five years later; 28 February for 29 February. Counted within one 400-year cycle."""
    cycles, rest = divmod(day, 146_097)
    start = date.fromordinal(date(1970, 1, 1).toordinal() + rest)
    try:
        end = start.replace(year=start.year + 5)
    except ValueError:
        end = start.replace(year=start.year + 5, day=28)
    return cycles * 146_097 + (end - date(1970, 1, 1)).days


def _kpi_thresholds(given: set[str], values: dict[str, Any]) -> Iterable[str]:
    if not given & {"min_value", "max_value"}:
        yield "missing:min_value"


def _attendance_records(given: set[str], values: dict[str, Any]) -> Iterable[str]:
    clocked_in, clocked_out = values["occurred_at"], values["clocked_out_at"]
    if clocked_in is not None and clocked_out is not None and clocked_out < clocked_in:
        yield "range:clocked_out_at"


def _step_events(given: set[str], values: dict[str, Any]) -> Iterable[str]:
    needed = {
        "attempted": {"score"},
        "target_adjusted": {"target_score", "actor_id"},
        "completed_by_teacher": {"actor_id"},
        "progress_reviewed": {"actor_id"},
    }
    yield from (f"missing:{name}" for name in needed.get(values["event_type"], set()) - given)


def _participations(given: set[str], values: dict[str, Any]) -> Iterable[str]:
    if values["status"] == "reviewed" and "points" not in given:
        yield "missing:points"


def _achievements(given: set[str], values: dict[str, Any]) -> Iterable[str]:
    kind, threshold = values["value_type"], values["threshold"]
    if kind == "boolean" and "threshold" in given:
        yield "range:threshold"
    if kind in ("numeric", "percentage") and "threshold" not in given:
        yield "missing:threshold"
    if kind == "numeric" and threshold is not None and threshold <= 0:
        yield "range:threshold"
    if kind == "percentage" and threshold is not None and not 0 <= threshold <= 100:
        yield "range:threshold"


def _rules(given: set[str], values: dict[str, Any]) -> Iterable[str]:
    if given >= {"min_percentage", "min_points_absolute"}:
        yield "range:min_points_absolute"


def _certifications(given: set[str], values: dict[str, Any]) -> Iterable[str]:
    if values["status"] in ("passed", "failed") and "certified_by" not in given:
        yield "missing:certified_by"


def _registration_events(given: set[str], values: dict[str, Any]) -> Iterable[str]:
    needs_user = values["event_type"] in ("registered", "confirmed", "withdrawn")
    if needs_user and "user_id" not in given:
        yield "missing:user_id"


RULES: dict[str, Rules] = {
    "internships": _internships,
    "kpi_thresholds": _kpi_thresholds,
    "attendance_records": _attendance_records,
    "step_events": _step_events,
    "participations": _participations,
    "achievements": _achievements,
    "rules": _rules,
    "certifications": _certifications,
    "registration_events": _registration_events,
}

# -- values to history ----------------------------------------------------------------------------


class History:
    """What was accepted, per key; takes batches of judged rows and says what becomes of each."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.content: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        self.versions: dict[tuple[Any, ...], list[tuple[int, tuple[Any, ...]]]] = {}

    def take(
        self, rows: Iterable[tuple[str, Judged]], batch_time: int
    ) -> dict[tuple[str, int], tuple[str, dict[str, Any]]]:
        """(file hash, line) -> (`accepted`, `duplicate` or `conflict`; values) of the rows without reasons."""
        before = {entity: sorted(versions) for entity, versions in self.versions.items()}
        outcome: dict[tuple[str, int], tuple[str, dict[str, Any]]] = {}
        ordered = sorted(rows, key=lambda row: (row[0], row[1].line))
        for file_hash, row in ordered:
            if not row.reasons:
                values = self._dated(row.values, before, batch_time)
                outcome[file_hash, row.line] = (self._take_row(values), values)
        return outcome

    def _dated(
        self,
        values: dict[str, Any],
        before: dict[tuple[Any, ...], list[tuple[int, tuple[Any, ...]]]],
        batch_time: int,
    ) -> dict[str, Any]:
        if self.contract.kind is Kind.EVENT or values["effective_at"] is not None:
            return values
        entity = tuple(values[name] for name in self.contract.entity_key)
        since = 0
        if entity in before:
            in_force = [version for version in before[entity] if version[0] <= batch_time]
            same = bool(in_force) and in_force[-1][1] == self._content(values)
            since = in_force[-1][0] if same else batch_time
        return values | {"effective_at": since}

    def _take_row(self, values: dict[str, Any]) -> str:
        key = tuple(values[name] for name in self.contract.key)
        content = self._content(values)
        if key in self.content:
            return "duplicate" if self.content[key] == content else "conflict"
        self.content[key] = content
        if self.contract.kind is Kind.ENTITY:
            self.versions.setdefault(key[:-1], []).append((key[-1], content))
        return "accepted"

    def _content(self, values: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(
            tuple(value) if isinstance(value, list) else value
            for value in (values[name] for name in self.contract.content)
        )


def typed(column: Column, stored: Any) -> Any:
    """A value of a ledger segment, as this judge writes it."""
    if stored is None:
        return None
    if isinstance(stored, datetime):
        since = stored.replace(tzinfo=None) - datetime(1970, 1, 1)
        return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    if isinstance(stored, date):
        return (stored - date(1970, 1, 1)).days
    if column.type is Type.JSON:
        return canonical(json.loads(stored))
    return stored
