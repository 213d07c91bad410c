"""Rows that break a mart's model: derived from what its columns declare, and written by hand for what no column states.

Belongs here: making broken rows. The values by hand are each domain's own, beside its tests of rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import pandera.polars as pa
import polars as pl

from assets_tests.dbt.checking import faults
from assets_tests.internships import test_row_checks as internships
from assets_tests.ops import test_ops_checks as ops
from assets_tests.org import test_org_checks as org
from assets_tests.performance import test_performance_rows as performance
from assets_tests.progress import broken_rows as progress
from assets_tests.records import test_decision_rows as decisions
from assets_tests.records import test_records_rows as facts
from assets_tests.skills import test_skills_rows as skills

Part = tuple[str | None, str]

UNHEARD_OF = "unheard of"


@dataclass(frozen=True)
class BrokenRow:
    """One row that a check has to find; `column` is None for a check of the whole row."""

    column: str | None
    check: str
    row: pl.DataFrame


def parts(schema: pa.DataFrameSchema) -> set[Part]:
    """Everything that a model asks of a row: (column, check), or (None, check) of the whole row."""
    of_columns: set[Part] = {
        (name, str(check.name))
        for name, column in schema.columns.items()
        for check in column.checks
    }
    present: set[Part] = {
        (name, "not_nullable") for name, column in schema.columns.items() if not column.nullable
    }
    return of_columns | present | {(None, str(check.name)) for check in schema.checks}


def found_by(schema: pa.DataFrameSchema, rows: pl.DataFrame) -> list[set[Part]]:
    """Per row the parts of a model that find it; each check also by itself, wherever it stands."""
    found: list[set[Part]] = [set() for _ in range(rows.height)]
    for fault in faults(schema, rows):
        check = str(fault["check"]).partition("(")[0]
        found[fault["index"]] |= {(fault["column"], check), (None, check)}
    return found


def derived(schema: pa.DataFrameSchema, sound: pl.DataFrame) -> Iterator[BrokenRow]:
    """The sound row with one value out of what its column declares, for each thing that is declared."""
    for name, column in schema.columns.items():
        if not column.nullable:
            yield BrokenRow(name, "not_nullable", _with(sound, name, None))
        for check in column.checks:
            if check.name in DERIVED:
                value = DERIVED[check.name](check.statistics)
                yield BrokenRow(name, check.name, _with(sound, name, value))


# Per check that a field declares, a value that it does not let pass.
DERIVED = {
    "greater_than_or_equal_to": lambda declared: declared["min_value"] - 1,
    "greater_than": lambda declared: declared["min_value"],
    "less_than_or_equal_to": lambda declared: declared["max_value"] + 1,
    "equal_to": lambda declared: not declared["value"],
    "isin": lambda _: UNHEARD_OF,
    "str_matches": lambda _: UNHEARD_OF,
}


def by_hand(connection: duckdb.DuckDBPyConnection, table: str) -> Iterator[BrokenRow]:
    """What the table's domain broke by hand, in the types of the table; `column:check` where it names the column."""
    schema = connection.sql(f"select * from {table} limit 0").pl().schema
    for named, row in (*_given(table), *_of_the_sample(connection, table)):
        column, _, check = named.rpartition(":")
        # A column too many makes a broken table, not a broken row.
        if row.keys() <= schema.keys():
            yield BrokenRow(column or None, check, pl.DataFrame([row], schema=schema))


def _given(table: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(check, row) of the domains that write whole rows."""
    for triples in (org, internships, performance):
        for name, change, check in triples.BROKEN:
            if name == table:
                yield check, triples.GOOD[table] | change
    for name, change, checks in ops.BROKEN:
        if name == table:
            yield from ((check, ops.GOOD[table] | change) for check in checks)
    for check, change in skills.CASES.get(table, ()):
        yield check, skills.GOOD[table] | change
    for rows in (facts, decisions):
        for check, change in rows.CASES.get(table, ()):
            yield check, rows.GOOD[table][0] | change


def _of_the_sample(
    connection: duckdb.DuckDBPyConnection, table: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """(check, row) of the domain that changes rows of the sample."""
    for check, condition, change in progress.CASES.get(table, ()):
        found = connection.sql(f"select * from {table} where {condition} order by all limit 1").pl()
        assert found.height == 1, f"the sample has no row of {table} where {condition}"
        yield check, found.row(0, named=True) | change


def _with(sound: pl.DataFrame, column: str, value: object) -> pl.DataFrame:
    return sound.with_columns(pl.lit(value).cast(sound.schema[column]).alias(column))
