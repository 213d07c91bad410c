"""From what a row gives to what it means, or to every reason why it means nothing.

The judge is one SQL statement per contract, derived from its declaration. Each column has a value, NULL
when its text says none, and faults: reasons of quarantine, each with its condition over the text
(`given.<column>`, NULL when missing) and the value. Types and ranges: `contracts.md`, section "Types".
"""

from pipelines.contracts.model import IS_DELETED, Column, Contract, Kind, Type
from pipelines.ingest.given import LINE, MALFORMED, MISTYPED, RAW
from pipelines.ingest.reading import NUMBER, is_read, plain_decimal

REASONS = "_reasons"
LONGEST_ID = 255
FLOAT_LIMIT = 10**9
EARLIEST, LATEST = "1970-01-01", "2200-01-01"
TRUE, FALSE = "('true', '1', 'yes')", "('false', '0', 'no')"
WHOLE_NUMBER = "[+-]?[0-9]+"
EMPTY_LIST = r"\[[ \t\r\n]*\]"
DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
OFFSET = "[+-]([01][0-9]|2[0-3]):?[0-5][0-9]"
MOMENT = DAY + r"([T ]([01][0-9]|2[0-3]):[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?" + f"(Z|{OFFSET})?)?"


def judging(contract: Contract, given: set[str]) -> str:
    """The statement that judges the relation `chunk` (see `given`) with the relation `readings`.

    `given` are the contract's columns that the chunk has. A row for each row: `_line`, `_raw`,
    `_reasons` (sorted, empty when the row is accepted), and the contract's columns in their types.
    """
    columns = contract.columns
    texts = ", ".join(
        f"{_text(column) if column.name in given else 'null::varchar'} as {column.name}"
        for column in columns
    )
    joins = "".join(
        f"""
        left join readings as {column.name}_reading
            on {column.name}_reading._column = '{column.name}'
            and {column.name}_reading._text = texts.{column.name}"""
        for column in columns
        if is_read(column)
    )
    read_faults = ", ".join(
        f"{column.name} := {column.name}_reading._fault" for column in columns if is_read(column)
    )
    faults = _faults(contract)
    is_faulty = "\n                or ".join(
        f"coalesce({condition}, false)" for _, condition in faults
    )
    reasons = ",\n                ".join(
        f"case when {condition} then '{reason}' end" for reason, condition in faults
    )
    return f"""
        with texts as (
            select {LINE}, {RAW}, {MALFORMED}, {MISTYPED}, {texts} from chunk
        ),
        deleted as (
            select *, {_is_tombstone(contract)} as is_tombstone from texts
        ),
        valued as (
            select
                {LINE}, {RAW}, {MALFORMED}, {MISTYPED}, is_tombstone,
                struct_pack({", ".join(f"{c.name} := texts.{c.name}" for c in columns)}) as given,
                {f"struct_pack({read_faults}) as fault," if read_faults else ""}
                {", ".join(f"{_value(contract, column)} as {column.name}" for column in columns)}
            from deleted as texts{joins}
        ),
        judged as (
            select *, case
                when {MALFORMED} then ['malformed']
                when {is_faulty} then list_sort(list_distinct([
                    {reasons}
                ]))
                else []
            end as {REASONS}
            from valued
        )
        select {LINE}, {RAW}, {REASONS}, {", ".join(column.name for column in columns)} from judged
    """


def _text(column: Column) -> str:
    """The column's text, NULL when missing; words in lower case."""
    text = f"nullif({column.name}, '')"
    if column.type is Type.LIST:
        return f"case when not regexp_full_match({text}, '{EMPTY_LIST}') then {text} end"
    return f"lower({text})" if column.type in (Type.ENUM, Type.BOOL) else text


def _is_tombstone(contract: Contract) -> str:
    if contract.kind is Kind.EVENT:
        return "false"
    return f"coalesce({IS_DELETED.name} in {TRUE}, false)"


def _ignored_in_tombstones(contract: Contract, column: Column) -> bool:
    return contract.kind is Kind.ENTITY and column.name not in (*contract.key, IS_DELETED.name)


def _value(contract: Contract, column: Column) -> str:
    value = _parsed(column)
    if column.default is not None:
        value = f"case when texts.{column.name} is null then {_default(column)} else {value} end"
    if _ignored_in_tombstones(contract, column):
        value = f"case when not is_tombstone then {value} end"
    return value


def _default(column: Column) -> str:
    if column.type is Type.LIST:
        return f"{sorted((column.default or '').split('|'))}"
    return f"'{column.default}'::{column.sql_type}"


def _parsed(column: Column) -> str:
    text = f"texts.{column.name}"
    match column.type:
        case Type.ID | Type.TEXT:
            return text
        case Type.INT:
            return f"case when regexp_full_match({text}, '{WHOLE_NUMBER}') then try_cast({text} as bigint) end"
        case Type.FLOAT:
            # Adding zero turns -0.0 into the zero that it equals.
            return f"case when regexp_full_match({text}, '{NUMBER}') then try_cast({text} as double) + 0.0 end"
        case Type.DECIMAL:
            return f"""case
                when regexp_full_match({text}, '{plain_decimal(column)}') then try_cast({text} as {column.sql_type})
                else {column.name}_reading._canonical::{column.sql_type}
            end"""
        case Type.BOOL:
            return f"case when {text} in {TRUE} then true when {text} in {FALSE} then false end"
        case Type.DATE:
            return f"case when regexp_full_match({text}, '{DAY}') then try_cast({text} as date) end"
        case Type.TIMESTAMP:
            return f"case when regexp_full_match({text}, '{MOMENT}') then {_moment(column)} end"
        case Type.LIST:
            return f"({column.name}_reading._canonical::json)::varchar[]"
        case Type.JSON | Type.TIMEZONE:
            return f"{column.name}_reading._canonical"
        case Type.ENUM:
            return f"case when {text} in {_words(column)} then {text} end"


def _words(column: Column) -> str:
    return "(" + ", ".join(f"'{value}'" for value in column.values) + ")"


def _moment(column: Column) -> str:
    """A moment as TIMESTAMPTZ; DuckDB's own cast to TIMESTAMP reads an offset and ignores it."""
    text = f"texts.{column.name}"
    moment = f"""try_cast({text} as timestamp) - case
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


def _faults(contract: Contract) -> list[tuple[str, str]]:
    """Each reason of quarantine, as it is spelled, with its condition."""
    faults = []
    for column in contract.columns:
        exempt = "not is_tombstone and " if _ignored_in_tombstones(contract, column) else ""
        if column.required:
            faults.append((f"missing:{column.name}", f"{exempt}given.{column.name} is null"))
        for reason, condition in _column_faults(column):
            faults.append((f"{reason}:{column.name}", f"{exempt}({condition})"))
    for rule in contract.rules:
        condition = f"not is_tombstone and ({rule.broken})"
        if rule.reason == "missing":
            condition += f" and given.{rule.column} is null"
        faults.append((rule.label, condition))
    return faults


def _column_faults(column: Column) -> list[tuple[str, str]]:
    given, value = f"given.{column.name}", column.name
    no_value = f"{given} is not null and {value} is null"
    mistyped = ("type", f"list_contains({MISTYPED}, '{column.name}')")
    match column.type:
        case Type.ID:
            is_text = f"not coalesce({mistyped[1]}, false)"
            return [
                mistyped,
                ("too_long", f"length({given}) > {LONGEST_ID} and {is_text}"),
                ("control_character", rf"regexp_matches({given}, '\p{{Cc}}') and {is_text}"),
            ]
        case Type.TEXT:
            return [mistyped]
        case Type.INT:
            matches = f"regexp_full_match({given}, '{WHOLE_NUMBER}')"
            out_of_range = f"{matches} and ({value} is null or {_outside(column)})"
            return [("type", f"not {matches}"), ("range", out_of_range)]
        case Type.FLOAT:
            too_large = f"not isfinite({value}) or abs({value}) >= {FLOAT_LIMIT}"
            return [("type", no_value), ("range", f"{too_large} or {_outside(column)}")]
        case Type.DECIMAL:
            return [
                ("type", f"fault.{value} = 'type'"),
                ("range", f"fault.{value} = 'range' or {_outside(column)}"),
            ]
        case Type.DATE | Type.TIMESTAMP:
            bounds = f"'{EARLIEST}'::{column.sql_type} and '{LATEST}'::{column.sql_type}"
            return [("type", no_value), ("range", f"{value} not between {bounds}")]
        case Type.JSON | Type.LIST | Type.TIMEZONE:
            reasons = {Type.JSON: ("type",), Type.LIST: ("type", "enum")}.get(
                column.type, ("timezone",)
            )
            return [(reason, f"fault.{value} = '{reason}'") for reason in reasons]
        case Type.BOOL:
            return [("type", no_value)]
        case Type.ENUM:
            return [("enum", no_value)]


def _outside(column: Column) -> str:
    below = "<=" if column.above_minimum else "<"
    conditions = [f"{column.name} {below} {column.minimum}"] if column.minimum is not None else []
    if column.maximum is not None:
        conditions.append(f"{column.name} > {column.maximum}")
    return " or ".join(conditions) or "false"
