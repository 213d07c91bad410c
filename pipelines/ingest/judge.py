"""From what a row gives to what it means, or to every reason why it means nothing.

The judge is one SQL statement, derived from a contract's declaration and from what a chunk has. Each column has a
value, NULL when its text says none, and faults: reasons of quarantine, each with its condition over what is given
(`given.<column>`, NULL when missing) and the value. Types and ranges: `contracts.md`, section "Types".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipelines.contracts.model import (
    EARLIEST,
    FLOAT_LIMIT,
    IS_DELETED,
    LATEST,
    LONGEST_ID,
    Column,
    Contract,
    Kind,
    Type,
)
from pipelines.ingest.given import LINE, MALFORMED, MISTYPED
from pipelines.ingest.reading import NUMBER, plain_decimal

REASONS = "_reasons"
TRUE, FALSE = "('true', '1', 'yes')", "('false', '0', 'no')"
WHOLE_NUMBER = "[+-]?[0-9]+"
EMPTY_LIST = r"\[[ \t\r\n]*\]"
DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
OFFSET = "[+-]([01][0-9]|2[0-3]):?[0-5][0-9]"
MOMENT = DAY + r"([T ]([01][0-9]|2[0-3]):[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?" + f"(Z|{OFFSET})?)?"


@dataclass(frozen=True)
class Given:
    """What a chunk has: `texts` are columns that have to be read, `values` hold what the ledger keeps already.

    `read` are the texts of which some have a reading, `printable_ascii` those known to hold nothing else.
    """

    texts: frozenset[str]
    values: frozenset[str]
    read: frozenset[str]
    printable_ascii: frozenset[str]
    marks: frozenset[str]

    @classmethod
    def in_(cls, chunk: pa.Table, readings: pa.Table) -> Given:
        """What a chunk has, of which some texts have readings."""
        marks = frozenset({MALFORMED, MISTYPED}.intersection(chunk.column_names))
        names = frozenset(chunk.column_names) - {LINE} - marks
        texts = frozenset(name for name in names if pa.types.is_string(chunk[name].type))
        return cls(
            texts=texts,
            values=names - texts,
            read=frozenset(readings["_column"].unique().to_pylist()),
            printable_ascii=frozenset(name for name in texts if _is_printable_ascii(chunk[name])),
            marks=marks,
        )


def _is_printable_ascii(texts: pa.ChunkedArray) -> bool:
    """Whether the texts are known to be of printable ASCII: their bytes are, and perhaps some around them."""
    for array in texts.chunks:
        content = np.frombuffer(array.buffers()[2] or b"", np.uint8)
        if content.size and not (content.min() >= ord(" ") and content.max() <= ord("~")):
            return False
    return True


def judging(contract: Contract, given: Given) -> str:
    """The statement that judges the relation `chunk` (see `pipelines.ingest.given`) with the relation `readings`.

    A row for each row: `_line`, `_reasons` (sorted, empty when the row is accepted), and the contract's columns
    in their types.
    """
    columns = contract.columns
    malformed = MALFORMED if MALFORMED in given.marks else "false"
    mistyped = MISTYPED if MISTYPED in given.marks else "null::varchar[]"
    texts = ", ".join(f"{_given(column, given)} as {column.name}" for column in columns)
    read = sorted(given.read)
    joins = "".join(
        f"""
        left join readings as {name}_reading
            on {name}_reading._column = '{name}' and {name}_reading._text = texts.{name}"""
        for name in read
    )
    read_faults = ", ".join(f"{name} := {name}_reading._fault" for name in read)
    faults = _faults(contract, given)
    is_faulty = "\n                or ".join(
        f"coalesce({condition}, false)" for _, condition in faults
    )
    reasons = ",\n                ".join(
        f"case when {condition} then '{reason}' end" for reason, condition in faults
    )
    return f"""
        with texts as (
            select
                {LINE}, coalesce({malformed}, false) as {MALFORMED}, {mistyped} as {MISTYPED}, {texts}
            from chunk
        ),
        deleted as (
            select *, {_is_tombstone(contract, given)} as is_tombstone from texts
        ),
        valued as (
            select
                {LINE}, {MALFORMED}, {MISTYPED}, is_tombstone,
                struct_pack({", ".join(f"{c.name} := texts.{c.name}" for c in columns)}) as given,
                {f"struct_pack({read_faults}) as fault," if read_faults else ""}
                {", ".join(f"{_value(contract, column, given)} as {column.name}" for column in columns)}
            from deleted as texts{joins}
        )
        select
            {LINE},
            case
                when {MALFORMED} then ['malformed']
                when {is_faulty} then list_sort(list_distinct([
                    {reasons}
                ]))
                else []
            end as {REASONS},
            {", ".join(column.name for column in columns)}
        from valued
    """


def _given(column: Column, given: Given) -> str:
    """What a row gives for the column, NULL when it is missing; words in lower case."""
    if column.name in given.values:
        return column.name
    if column.name not in given.texts:
        return "null::varchar"
    text = f"nullif({column.name}, '')"
    if column.type is Type.LIST:
        return f"case when not regexp_full_match({text}, '{EMPTY_LIST}') then {text} end"
    return f"lower({text})" if column.type in (Type.ENUM, Type.BOOL) else text


def _is_tombstone(contract: Contract, given: Given) -> str:
    if contract.kind is Kind.EVENT:
        return "false"
    if IS_DELETED.name in given.values:
        return f"coalesce({IS_DELETED.name}, false)"
    return f"coalesce({IS_DELETED.name} in {TRUE}, false)"


def _ignored_in_tombstones(contract: Contract, column: Column) -> bool:
    return contract.kind is Kind.ENTITY and column.name not in (*contract.key, IS_DELETED.name)


def _value(contract: Contract, column: Column, given: Given) -> str:
    if column.name in given.values:
        value = f"texts.{column.name}"
    elif column.name in given.texts:
        value = _parsed(column, has_readings=column.name in given.read)
    else:
        value = f"null::{column.sql_type}"
    if column.type is Type.FLOAT:
        value = f"{value} + 0.0"  # turns -0.0 into the zero that it equals
    if column.default is not None:
        value = f"case when texts.{column.name} is null then {_default(column)} else {value} end"
    if _ignored_in_tombstones(contract, column):
        value = f"case when not is_tombstone then {value} end"
    return value


def _default(column: Column) -> str:
    if column.type is Type.LIST:
        return f"{sorted((column.default or '').split('|'))}"
    return f"'{column.default}'::{column.sql_type}"


def _parsed(column: Column, *, has_readings: bool) -> str:
    text = f"texts.{column.name}"
    read = f"{column.name}_reading._canonical" if has_readings else "null::varchar"
    match column.type:
        case Type.ID | Type.TEXT:
            return text
        case Type.INT:
            return f"case when regexp_full_match({text}, '{WHOLE_NUMBER}') then try_cast({text} as bigint) end"
        case Type.FLOAT:
            return f"case when regexp_full_match({text}, '{NUMBER}') then try_cast({text} as double) end"
        case Type.DECIMAL:
            return f"""case
                when regexp_full_match({text}, '{plain_decimal(column)}') then try_cast({text} as {column.sql_type})
                else {read}::{column.sql_type}
            end"""
        case Type.BOOL:
            return f"case when {text} in {TRUE} then true when {text} in {FALSE} then false end"
        case Type.DATE:
            return f"case when regexp_full_match({text}, '{DAY}') then try_cast({text} as date) end"
        case Type.TIMESTAMP:
            return f"case when regexp_full_match({text}, '{MOMENT}') then {_moment(column)} end"
        case Type.LIST:
            return f"({read}::json)::varchar[]"
        case Type.JSON | Type.TIMEZONE:
            return read
        case Type.ENUM:
            return f"case when {text} in {_words(column)} then {text} end"


def _words(column: Column) -> str:
    return "(" + ", ".join(f"'{value}'" for value in column.values) + ")"


def _moment(column: Column) -> str:
    """A moment as TIMESTAMPTZ; DuckDB's own cast to TIMESTAMP reads an offset and ignores it."""
    text = f"texts.{column.name}"
    moment = f"""try_cast({text} as timestamp) - case
        when ends_with({text}, 'Z') then to_minutes(0)
        when length({text}) > 16 and regexp_matches({text}, '{OFFSET}$')
        then to_minutes(
            (60 * substr(right(replace({text}, ':', ''), 5), 2, 2)::bigint + right({text}, 2)::bigint)
            * case when substr(right(replace({text}, ':', ''), 5), 1, 1) = '-' then -1 else 1 end
        )
        else to_minutes(0)
    end"""
    if column.bare_date_is_end_of_day:
        end_of_day = f"try_cast({text} as timestamp) + interval '23:59:59.999999'"
        moment = f"case when length({text}) = 10 then {end_of_day} else {moment} end"
    return f"timezone('UTC', {moment})"


def _faults(contract: Contract, given: Given) -> list[tuple[str, str]]:
    """Each reason of quarantine, as it is spelled, with its condition."""
    faults = []
    for column in contract.columns:
        exempt = "not is_tombstone and " if _ignored_in_tombstones(contract, column) else ""
        if column.required:
            faults.append((f"missing:{column.name}", f"{exempt}given.{column.name} is null"))
        for reason, condition in _column_faults(column, given):
            faults.append((f"{reason}:{column.name}", f"{exempt}({condition})"))
    for rule in contract.rules:
        condition = f"not is_tombstone and ({rule.broken})"
        if rule.reason == "missing":
            condition += f" and given.{rule.column} is null"
        faults.append((rule.label, condition))
    return faults


def _column_faults(column: Column, given: Given) -> list[tuple[str, str]]:
    if column.name in given.values:
        return _value_faults(column)
    return _text_faults(column, given) if column.name in given.texts else []


def _value_faults(column: Column) -> list[tuple[str, str]]:
    """Faults of a value that was one of the column's type before it landed."""
    value = column.name
    match column.type:
        case Type.FLOAT:
            return [
                ("type", f"not isfinite({value})"),
                ("range", f"isfinite({value}) and ({_out_of_range(column)})"),
            ]
        case Type.BOOL:
            return []
        case _:
            return [("range", _out_of_range(column))]


def _text_faults(column: Column, given_: Given) -> list[tuple[str, str]]:
    given, value = f"given.{column.name}", column.name
    no_value = f"{given} is not null and {value} is null"
    mistyped = f"list_contains({MISTYPED}, '{column.name}')"
    match column.type:
        case Type.ID | Type.TEXT:
            faults = [("type", mistyped)] if MISTYPED in given_.marks else []
            if column.type is Type.ID:
                is_text = f"not coalesce({mistyped}, false)"
                faults.append(("too_long", f"length({given}) > {LONGEST_ID} and {is_text}"))
                if column.name not in given_.printable_ascii:
                    has_control = rf"regexp_matches({given}, '\p{{Cc}}')"
                    faults.append(("control_character", f"{has_control} and {is_text}"))
            return faults
        case Type.INT:
            matches = f"regexp_full_match({given}, '{WHOLE_NUMBER}')"
            out_of_range = f"{matches} and ({value} is null or {_out_of_range(column)})"
            return [("type", f"not {matches}"), ("range", out_of_range)]
        case Type.FLOAT | Type.DATE | Type.TIMESTAMP:
            return [("type", no_value), ("range", _out_of_range(column))]
        case Type.DECIMAL:
            return [
                *_read_faults(column, given_, "type", "range"),
                ("range", _out_of_range(column)),
            ]
        case Type.JSON:
            return _read_faults(column, given_, "type")
        case Type.LIST:
            return _read_faults(column, given_, "type", "enum")
        case Type.TIMEZONE:
            return _read_faults(column, given_, "timezone")
        case Type.BOOL:
            return [("type", no_value)]
        case Type.ENUM:
            return [("enum", no_value)]


def _read_faults(column: Column, given: Given, *reasons: str) -> list[tuple[str, str]]:
    """The faults that a reading can find."""
    if column.name not in given.read:
        return []
    return [(reason, f"fault.{column.name} = '{reason}'") for reason in reasons]


def _out_of_range(column: Column) -> str:
    """The condition that a value is none that the contract takes."""
    value = column.name
    if column.type in (Type.DATE, Type.TIMESTAMP):
        return (
            f"{value} not between '{EARLIEST}'::{column.sql_type} and '{LATEST}'::{column.sql_type}"
        )
    conditions = []
    if column.type is Type.FLOAT:
        conditions.append(f"not isfinite({value}) or abs({value}) >= {FLOAT_LIMIT}")
    if column.minimum is not None:
        conditions.append(f"{value} {'<=' if column.above_minimum else '<'} {column.minimum}")
    if column.maximum is not None:
        conditions.append(f"{value} > {column.maximum}")
    return " or ".join(conditions) or "false"
