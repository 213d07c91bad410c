"""The words in which a contract is stated: columns, kinds, rules, references.

A contract is pure data. What follows from it (the judge's SQL, the raw table's DDL, the pandera
model, the README's table) is derived elsewhere and never restates a column.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from importlib import resources

WHITE_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""The characters of Unicode's property White_Space: what is trimmed, and what a blank is made of."""
LONGEST_ID = 255
EARLIEST, LATEST = "1970-01-01", "2200-01-01"
"""The first and the last day of dates and timestamps."""
FIRST_MOMENT, LAST_MOMENT = (
    datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (EARLIEST, LATEST)
)
FLOAT_LIMIT = 10**9
"""A `float` lies strictly between this and its negative."""
COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}
"""The suffixes of compressed landing files, with their codecs."""


class Type(StrEnum):
    """Column types of `contracts.md`, section "Types"."""

    ID = "id"
    TEXT = "text"
    INT = "int"
    FLOAT = "float"
    DECIMAL = "decimal"
    BOOL = "bool"
    DATE = "date"
    TIMESTAMP = "timestamp"
    LIST = "list"
    JSON = "json"
    TIMEZONE = "timezone"
    ENUM = "enum"


@cache
def time_zones() -> frozenset[str]:
    """The names that a `timezone` may have: those of `zoneinfo`, of the same release on every machine."""
    return frozenset((resources.files("tzdata") / "zones").read_text().split())


class Kind(StrEnum):
    """An event happened at `occurred_at`; an entity is as it was from `effective_at` on."""

    EVENT = "event"
    ENTITY = "entity"


class Link(StrEnum):
    """What becomes of a row whose reference has no version in force.

    `STRUCTURAL`: the row is an orphan. `OPTIONAL`: the reference reads as missing.
    `DESCRIPTIVE`: the id stays as landed, only looked-up columns are NULL.
    """

    STRUCTURAL = "structural"
    OPTIONAL = "optional"
    DESCRIPTIVE = "descriptive"


@dataclass(frozen=True)
class Reference:
    """A column's pointer to the entity contract `target`."""

    target: str
    link: Link


@dataclass(frozen=True)
class Column:
    """One column of a contract. `minimum` and `maximum` are inclusive unless `above_minimum`.

    `personal` says that its values make a person recognisable: no file that is kept holds them in clear
    (`pipelines.privacy`).
    """

    name: str
    type: Type
    required: bool = False
    default: str | None = None
    values: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    above_minimum: bool = False
    precision: int = 0
    scale: int = 0
    bare_date_is_end_of_day: bool = False
    personal: bool = False
    reference: Reference | None = None

    @property
    def sql_type(self) -> str:
        """The column's DuckDB type in the ledger's segments and in `raw`."""
        match self.type:
            case Type.INT:
                return "BIGINT"
            case Type.FLOAT:
                return "DOUBLE"
            case Type.DECIMAL:
                return f"DECIMAL({self.precision},{self.scale})"
            case Type.BOOL:
                return "BOOLEAN"
            case Type.DATE:
                return "DATE"
            case Type.TIMESTAMP:
                return "TIMESTAMPTZ"
            case Type.LIST:
                return "VARCHAR[]"
            case _:
                return "VARCHAR"

    @property
    def described(self) -> str:
        """The type as `contracts.md` writes it, for people: `enum(a, b; default a)`, `float 0..10`."""
        text = str(self.type)
        if self.type is Type.DECIMAL:
            text += f"({self.precision},{self.scale})"
        if self.values:
            text += "(" + ", ".join(self.values) + ")"
        if self.minimum is not None and self.maximum is not None:
            text += f" {self.minimum}..{self.maximum}"
        elif self.minimum is not None:
            text += f" {'>' if self.above_minimum else '>='} {self.minimum}"
        if self.default is not None:
            text += f", default `{self.default}`"
        return text


@dataclass(frozen=True)
class Rule:
    """A condition between columns that no single column can state.

    `broken` is a SQL condition over the typed columns (`starts_on`) and over what the row gave for
    them (`given.starts_on`: text, NULL when missing). A `missing` rule holds only where its own column
    was not given. A tombstone breaks no rule. `says` is the rule as people read it.
    """

    reason: str
    column: str
    broken: str
    says: str

    @property
    def label(self) -> str:
        """The reason as quarantine spells it, such as `range:ends_on`."""
        return f"{self.reason}:{self.column}"


EFFECTIVE_AT = Column("effective_at", Type.TIMESTAMP)
IS_DELETED = Column("is_deleted", Type.BOOL, default="false")


@dataclass(frozen=True)
class Contract:
    """What may land in `landing/<name>/`. `declared` are the columns of its own, without the versioning ones."""

    name: str
    domain: str
    kind: Kind
    entity_key: tuple[str, ...]
    declared: tuple[Column, ...]
    rules: tuple[Rule, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns of a landing file, in the order of the raw table."""
        if self.kind is Kind.ENTITY:
            return (*self.declared, EFFECTIVE_AT, IS_DELETED)
        return self.declared

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that identify a row for ever."""
        if self.kind is Kind.ENTITY:
            return (*self.entity_key, EFFECTIVE_AT.name)
        return self.entity_key

    @property
    def content(self) -> tuple[str, ...]:
        """The columns that tell a duplicate from a conflict."""
        return tuple(column.name for column in self.columns if column.name not in self.key)

    @property
    def moment(self) -> str:
        """The column that says when the row holds."""
        return EFFECTIVE_AT.name if self.kind is Kind.ENTITY else "occurred_at"

    @property
    def personal(self) -> tuple[Column, ...]:
        """The columns that make a person recognisable; `person` names whom."""
        return tuple(column for column in self.columns if column.personal)

    @property
    def person(self) -> str:
        """The id of the person that a row's personal columns are about; only where there are any."""
        (person,) = self.entity_key
        return person


def identifier(
    name: str, *, required: bool = False, to: str | None = None, link: Link | None = None
) -> Column:
    """An `id`; with `to` a reference, and without `link` a structural one when it is required, else an optional one."""
    reference = None
    if to is not None:
        reference = Reference(to, link or (Link.STRUCTURAL if required else Link.OPTIONAL))
    return Column(name, Type.ID, required=required, reference=reference)


def person(name: str, *, required: bool = False) -> Column:
    """An id that describes a user."""
    return identifier(name, required=required, to="users", link=Link.DESCRIPTIVE)


def organization() -> Column:
    """The id of the organization that a row is counted under."""
    return identifier("organization_id", to="organizations", link=Link.DESCRIPTIVE)


def text(name: str, *, required: bool = False, personal: bool = False) -> Column:
    """Free text, kept as it landed."""
    return Column(name, Type.TEXT, required=required, personal=personal)


def integer(
    name: str,
    *,
    required: bool = False,
    minimum: int | None = None,
    maximum: int | None = None,
    default: str | None = None,
) -> Column:
    """A whole number of 64 bits."""
    return Column(
        name, Type.INT, required=required, minimum=minimum, maximum=maximum, default=default
    )


def floating(
    name: str,
    *,
    minimum: int | None = None,
    maximum: int | None = None,
    above_minimum: bool = False,
) -> Column:
    """A finite number below 10^9."""
    return Column(name, Type.FLOAT, minimum=minimum, maximum=maximum, above_minimum=above_minimum)


def decimal(
    name: str,
    precision: int,
    scale: int,
    *,
    required: bool = False,
    minimum: int | None = None,
    maximum: int | None = None,
) -> Column:
    """An exact number."""
    return Column(
        name,
        Type.DECIMAL,
        required=required,
        minimum=minimum,
        maximum=maximum,
        precision=precision,
        scale=scale,
    )


def boolean(name: str, *, default: str) -> Column:
    """A truth value, never missing."""
    return Column(name, Type.BOOL, default=default)


def date(name: str, *, required: bool = False) -> Column:
    """A calendar day."""
    return Column(name, Type.DATE, required=required)


def timestamp(
    name: str, *, required: bool = False, bare_date_is_end_of_day: bool = False
) -> Column:
    """A moment in UTC, to the microsecond."""
    return Column(
        name,
        Type.TIMESTAMP,
        required=required,
        bare_date_is_end_of_day=bare_date_is_end_of_day,
    )


def enum(name: str, *values: str, required: bool = False, default: str | None = None) -> Column:
    """One of a few lower-case words."""
    return Column(name, Type.ENUM, required=required, values=values, default=default)


def entity(
    domain: str,
    name: str,
    key: tuple[str, ...],
    columns: tuple[Column, ...],
    rules: tuple[Rule, ...] = (),
) -> Contract:
    """A contract of things that have versions."""
    return Contract(name, domain, Kind.ENTITY, key, columns, rules)


def event(
    domain: str, name: str, key: str, columns: tuple[Column, ...], rules: tuple[Rule, ...] = ()
) -> Contract:
    """A contract of things that happened."""
    return Contract(name, domain, Kind.EVENT, (key,), columns, rules)
