"""The pandera models of a raw table, derived from its contract: what an accepted row must still satisfy.

The judge decides over text at the door; these models hold the typed rows of the warehouse against the same
declaration, by other means. What a mart must satisfy is said in `pipelines.checks`, not here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache

import duckdb
import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from pipelines.contracts.ddl import PROVENANCE
from pipelines.contracts.model import (
    EARLIEST,
    FLOAT_LIMIT,
    IS_DELETED,
    LATEST,
    LONGEST_ID,
    Column,
    Contract,
    Kind,
    Rule,
    Type,
    time_zones,
)

FIRST_DAY, LAST_DAY = date.fromisoformat(EARLIEST), date.fromisoformat(LATEST)
PROVENANCE_COLUMNS = {name: pa.Column(pl.Int64, pa.Check.ge(1)) for name in PROVENANCE}
IDENTIFIER = rf"^\P{{Cc}}{{1,{LONGEST_ID}}}$"
NO_OBJECT = "case when json_valid({0}) then json_type({0}) <> 'OBJECT' else {0} is not null end"


def live_rows(contract: Contract) -> pa.DataFrameSchema:
    """The model of the rows that are no tombstones: types, presence, ranges, words, and rules between columns."""
    columns = {
        column.name: _column(column, is_present=_is_present(contract, column))
        for column in contract.columns
    }
    if contract.kind is Kind.ENTITY:
        columns[IS_DELETED.name] = pa.Column(pl.Boolean, pa.Check.eq(False))
    checks = [pa.Check(_holds(_broken(rule)), name=rule.label) for rule in contract.rules]
    return pa.DataFrameSchema(
        {**columns, **PROVENANCE_COLUMNS}, checks=checks, strict=True, name=contract.name
    )


def tombstones(contract: Contract) -> pa.DataFrameSchema:
    """The model of an entity's tombstones: a key, and nothing else."""
    columns = {
        column.name: _column(column, is_present=True)
        if column.name in contract.key
        else pa.Column(_polars_type(column), pa.Check(_is_null), nullable=True)
        for column in contract.columns
    }
    columns[IS_DELETED.name] = pa.Column(pl.Boolean, pa.Check.eq(True))
    return pa.DataFrameSchema({**columns, **PROVENANCE_COLUMNS}, strict=True, name=contract.name)


def _is_present(contract: Contract, column: Column) -> bool:
    return column.required or column.default is not None or column.name in contract.key


def _column(column: Column, *, is_present: bool) -> pa.Column:
    return pa.Column(_polars_type(column), _checks(column), nullable=not is_present)


def _polars_type(column: Column) -> pl.DataType:
    match column.type:
        case Type.INT:
            return pl.Int64()
        case Type.FLOAT:
            return pl.Float64()
        case Type.DECIMAL:
            return pl.Decimal(column.precision, column.scale)
        case Type.BOOL:
            return pl.Boolean()
        case Type.DATE:
            return pl.Date()
        case Type.TIMESTAMP:
            return pl.Datetime("us", "UTC")
        case Type.LIST:
            return pl.List(pl.String())
        case _:
            return pl.String()


def _checks(column: Column) -> list[pa.Check]:
    match column.type:
        case Type.ID:
            return [pa.Check(_is_identifier, name="identifier")]
        case Type.TEXT:
            return [pa.Check.str_length(min_value=1)]
        case Type.FLOAT:
            limit = pa.Check.in_range(
                -FLOAT_LIMIT, FLOAT_LIMIT, include_min=False, include_max=False
            )
            return [limit, *_bounds(column)]
        case Type.INT | Type.DECIMAL:
            return _bounds(column)
        case Type.DATE:
            return [pa.Check.in_range(FIRST_DAY, LAST_DAY)]
        case Type.TIMESTAMP:
            first, last = (
                datetime(d.year, d.month, d.day, tzinfo=UTC) for d in (FIRST_DAY, LAST_DAY)
            )
            return [pa.Check.in_range(first, last)]
        case Type.ENUM:
            return [pa.Check.isin(column.values)]
        case Type.TIMEZONE:
            return [pa.Check.isin(sorted(time_zones()))]
        case Type.LIST:
            return [pa.Check(_members(column.values), name="members")]
        case Type.JSON:
            return [pa.Check(_holds(NO_OBJECT.format(column.name)), name="object")]
        case Type.BOOL:
            return []


def _bounds(column: Column) -> list[pa.Check]:
    checks = []
    if column.minimum is not None:
        above = pa.Check.gt if column.above_minimum else pa.Check.ge
        checks.append(above(column.minimum))
    if column.maximum is not None:
        checks.append(pa.Check.le(column.maximum))
    return checks


def _is_null(data: PolarsData) -> pl.LazyFrame:
    return data.lazyframe.select(pl.col(data.key).is_null())


def _is_identifier(data: PolarsData) -> pl.LazyFrame:
    """Trimmed text without control characters, not too long; polars' pattern, which knows `Cc`."""
    text = pl.col(data.key)
    return data.lazyframe.select(text.str.contains(IDENTIFIER) & (text == text.str.strip_chars()))


def _members(values: tuple[str, ...]) -> Callable[[PolarsData], pl.LazyFrame]:
    """An empty list is a missing one, so a list that is there has members."""

    def holds(data: PolarsData) -> pl.LazyFrame:
        members = pl.col(data.key)
        known = members.list.eval(pl.element().is_in(values).fill_null(False)).list.all()
        return data.lazyframe.select((members.list.len() > 0) & known | members.is_null())

    return holds


def _broken(rule: Rule) -> str:
    """The rule's condition; one of reason `missing` holds only where its own column is missing."""
    if rule.reason == "missing":
        return f"{rule.column} is null and ({rule.broken})"
    return rule.broken


def _holds(broken: str) -> Callable[[PolarsData], pl.LazyFrame]:
    """A check that no row satisfies the SQL condition `broken`.

    The rows are called `given`, so that `given.x` and `x` are the same column: in an accepted row what was
    given and what it means agree.
    """

    def holds(data: PolarsData) -> pl.LazyFrame:
        rows = data.lazyframe.collect()
        if rows.is_empty():
            return pl.LazyFrame({"holds": []}, schema={"holds": pl.Boolean})
        connection = _empty_database()
        connection.register("checked_rows", rows)
        verdict = f"select coalesce(not ({broken}), true) as holds from checked_rows as given"
        holding: pl.DataFrame = connection.sql(verdict).pl()
        connection.unregister("checked_rows")
        return holding.lazy()

    return holds


@cache
def _empty_database() -> duckdb.DuckDBPyConnection:
    """An empty DuckDB that judges rows; to open one takes longer than to ask it."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    return connection
