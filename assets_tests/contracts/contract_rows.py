"""Rows for any contract, made from its declaration: a good one, and one broken in each way it can be.

A contract that is added is covered without a word here, unless it brings a new type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from itertools import product
from typing import Any

import duckdb
import polars as pl

from pipelines.contracts.ddl import raw_table
from pipelines.contracts.model import IS_DELETED, Column, Contract, Rule, Type

Row = dict[str, Any]

GOOD: dict[Type, list[Any]] = {
    Type.ID: ["i-1"],
    Type.TEXT: ["a text,\nwith a line"],
    Type.BOOL: [False, True],
    Type.DATE: [date(2026, 1, 5), date(1970, 1, 1), date(2200, 1, 1)],
    Type.TIMESTAMP: [datetime(2026, 1, 5, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)],
    Type.JSON: ['{"a": [1]}'],
    Type.TIMEZONE: ["Europe/Berlin"],
}

BROKEN: dict[Type, list[Any]] = {
    Type.ID: ["", "x" * 256, "a\tb", "\u0085", " a", "a\n"],
    Type.TEXT: [""],
    Type.INT: [],
    Type.FLOAT: [1e9, -1e9, float("nan"), float("inf")],
    Type.DECIMAL: [],
    Type.BOOL: [],
    Type.DATE: [date(1969, 12, 31), date(2200, 1, 2)],
    Type.TIMESTAMP: [
        datetime(1969, 12, 31, 23, 59, tzinfo=UTC),
        datetime(2200, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
    ],
    Type.JSON: ["[1]", "no json", '"a"', ""],
    Type.TIMEZONE: ["europe/berlin", "", "UTC+1"],
    Type.ENUM: ["no such word", ""],
    Type.LIST: [[], ["no such word"], [None]],
}


def is_present(contract: Contract, column: Column) -> bool:
    return column.required or column.default is not None or column.name in contract.key


def good_row(contract: Contract) -> Row:
    """The first candidate that breaks no rule."""
    return next(row for row in _candidates(contract) if not any(_breaks(contract, row).values()))


def rule_breaking_rows(contract: Contract) -> Iterator[tuple[Row, Rule]]:
    """For each rule between columns, a row that breaks it."""
    for rule in contract.rules:
        yield (
            next(row for row in _candidates(contract) if _breaks(contract, row)[rule.label]),
            rule,
        )


def broken_rows(contract: Contract) -> Iterator[tuple[Row, str]]:
    """The good row with one broken value, and the column it is in."""
    good = good_row(contract)
    for column in contract.columns:
        for value in _broken_values(contract, column):
            yield {**good, column.name: value}, column.name


def tombstone(contract: Contract) -> Row:
    good = good_row(contract)
    key = {
        column.name: good[column.name] for column in contract.columns if column.name in contract.key
    }
    return {**dict.fromkeys(good), **key, IS_DELETED.name: True}


def broken_tombstones(contract: Contract) -> Iterator[tuple[Row, str]]:
    """A tombstone with more than its key, and one with less."""
    bare = tombstone(contract)
    for column in contract.columns:
        if column.name in contract.key:
            yield {**bare, column.name: None}, column.name
        elif column.name != IS_DELETED.name:
            yield {**bare, column.name: _good_values(column)[0]}, column.name


def insert(connection: duckdb.DuckDBPyConnection, contract: Contract, rows: list[Row]) -> None:
    """Put rows, at least one, into the contract's raw table, as batch 1, numbered from 1."""
    placeholders = ", ".join("?" for _ in range(len(contract.columns) + 2))
    connection.executemany(
        f"insert into raw.{contract.name} values ({placeholders})",
        [
            [*(row[column.name] for column in contract.columns), 1, number]
            for number, row in enumerate(rows, start=1)
        ],
    )


def frame(
    connection: duckdb.DuckDBPyConnection, contract: Contract, rows: list[Row]
) -> pl.DataFrame:
    """The rows as they come out of the raw table."""
    connection.execute(raw_table(contract).replace("create", "create or replace", 1))
    insert(connection, contract, rows)
    return connection.sql(f"select * from raw.{contract.name} order by _row").pl()


def _candidates(contract: Contract) -> Iterator[Row]:
    """Rows of good values: all combinations of the columns that rules speak of."""
    words = {
        word
        for rule in contract.rules
        for word in re.findall(r"\w+", f"{rule.column} {rule.broken}")
    }
    values = [
        _good_values(column) + [None] * (not is_present(contract, column) and column.name in words)
        if column.name in words
        else _good_values(column)[:1]
        for column in contract.columns
    ]
    names = [column.name for column in contract.columns]
    for combination in product(*values):
        yield dict(zip(names, combination, strict=True))


def _good_values(column: Column) -> list[Any]:
    match column.type:
        case Type.ENUM:
            return list(column.values)
        case Type.LIST:
            return [list(column.values[:2])]
        case Type.INT | Type.FLOAT | Type.DECIMAL:
            number = {Type.INT: int, Type.FLOAT: float, Type.DECIMAL: Decimal}[column.type]
            least = (column.minimum or 0) + column.above_minimum
            most = 150 if column.maximum is None else column.maximum
            return [number(value) for value in (min(least + 5, most), least, most)]
        case _:
            return GOOD[column.type]


def _broken_values(contract: Contract, column: Column) -> Iterator[Any]:
    yield from BROKEN[column.type]
    if column.minimum is not None:
        yield column.minimum if column.above_minimum else column.minimum - 1
    if column.maximum is not None:
        yield column.maximum + 1
    if is_present(contract, column) and column.name != IS_DELETED.name:
        yield None


def _breaks(contract: Contract, row: Row) -> dict[str, bool]:
    """Which rules a row breaks, asked of DuckDB with the row as text in `given`."""
    typed = ", ".join(f"?::{column.sql_type} as {column.name}" for column in contract.columns)
    given = ", ".join(f"{column.name} := {column.name}::varchar" for column in contract.columns)
    verdicts = ", ".join(f"({rule.broken})" for rule in contract.rules) or "false"
    [broken] = (
        _database()
        .execute(
            f"select {verdicts} from"
            f" (select *, struct_pack({given}) as given from (select {typed}))",
            list(row.values()),
        )
        .fetchall()
    )
    return {
        rule.label: bool(verdict) and (rule.reason != "missing" or row[rule.column] is None)
        for rule, verdict in zip(contract.rules, broken, strict=False)
    }


@cache
def _database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    return connection
