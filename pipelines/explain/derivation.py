"""An explanation put together: the row, its terms and parts, arithmetic held against the row, and the lines behind."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import duckdb

from pipelines.errors import CairnError
from pipelines.explain.explanation import Explanation, PartRows, Row, Worked, in_words
from pipelines.explain.internships import INTERNSHIP_AGGREGATES
from pipelines.explain.performance import USER_PERFORMANCE
from pipelines.explain.places import Signal, lines_of
from pipelines.explain.progress import (
    ASSIGNMENT_PROGRESS,
    STEP_PROGRESS,
    STUDENT_PROGRESS_SUMMARY,
)
from pipelines.explain.records import PERFORMANCE_RECORDS, REGISTRATION_DECISIONS
from pipelines.explain.source import published_warehouse
from pipelines.explain.table import ExplainedTable, Formula
from pipelines.settings import Settings

EXPLAINED = {
    table.name: table
    for table in (
        INTERNSHIP_AGGREGATES,
        USER_PERFORMANCE,
        STEP_PROGRESS,
        ASSIGNMENT_PROGRESS,
        STUDENT_PROGRESS_SUMMARY,
        PERFORMANCE_RECORDS,
        REGISTRATION_DECISIONS,
    )
}
Grains = Mapping[str, Sequence[str]]
"""The grain of each published table."""

# Scores are stored with nine decimals; what is worked out here again from rounded terms may differ by the last.
TOLERANCE = 1e-9
WORDS = {" * ": " x ", "list_": "", "len(": "count("}
NAME = re.compile(r"\b[a-z_][a-z_0-9]*\b(?!\()")


def explain(settings: Settings, table: str, given: Sequence[tuple[str, str]]) -> Explanation:
    """Explain the row of `table` (with or without its schema) whose grain is `given` as (column, value).

    Raises `CairnError` for a table that cannot be explained, for a key that is not the grain's or has no row, and where
    the warehouse is not that of the published version.
    """
    explained = _table(table)
    with published_warehouse(settings) as (connection, manifest):
        grains = {name: table["grain"] for name, table in manifest["tables"].items()}
        key = _key(explained, grains[explained.name], given)
        _show(connection, explained, key)
        [values] = _rows(connection, "select * from shown")
        _create(connection, "terms", explained.query("terms"))
        [terms] = _rows(connection, "select * from terms")
        formulas = [
            _worked(connection, explained, formula, {**values, **terms})
            for formula in explained.formulas
        ]
        parts = [
            PartRows(
                part.name,
                part.of,
                tuple(grains[part.of]) if part.of else (),
                _rows(connection, explained.query(part.name)),
            )
            for part in explained.parts
        ]
        lines = lines_of(settings, connection, signals_behind(connection, explained, grains))
    version = {name: manifest[name] for name in ("version", "n", "head", "as_of", "code_version")}
    return Explanation(explained.name, key, version, values, terms, formulas, parts, lines)


def _table(name: str) -> ExplainedTable:
    for table in EXPLAINED.values():
        if name in (table.name, table.mart):
            return table
    raise CairnError(
        f"No row of {name!r} can be explained; nothing was done; the tables that can be are {', '.join(EXPLAINED)}."
    )


def _key(
    table: ExplainedTable, grain: Sequence[str], given: Sequence[tuple[str, str]]
) -> dict[str, str]:
    """The grain's values in the grain's order."""
    names = [name for name, _ in given]
    faults = [
        *(f"{name} is missing" for name in grain if name not in names),
        *(f"{name} is no part of it" for name in dict.fromkeys(names) if name not in grain),
        *(f"{name} is given twice" for name in dict.fromkeys(names) if names.count(name) > 1),
    ]
    if faults:
        raise CairnError(
            f"That is no key of {table.name}: {', '.join(faults)}; nothing was done; a row is named by"
            f" {' '.join(f'{name}=...' for name in grain)}."
        )
    values = dict(given)
    return {name: values[name] for name in grain}


def _show(
    connection: duckdb.DuckDBPyConnection, table: ExplainedTable, key: Mapping[str, str]
) -> None:
    """Put the row that is asked for into `shown`; it must be the published one to the last digit."""
    named = " and ".join(f"cast({name} as varchar) = ?" for name in key)
    values = list(key.values())
    _create(connection, "shown", f"select * from {table.name} where {named}", values)
    said = _rows(connection, f"select * from published.{table.name} where {named}", values)
    asked = " ".join(f"{name}={value}" for name, value in key.items())
    if not said:
        raise CairnError(
            f"{table.name} has no row {asked} in the published version; nothing was done; see which rows it has in"
            " `published/current/admin/cairn.duckdb`."
        )
    if said != _rows(connection, "select * from shown"):
        raise CairnError(
            f"The row {asked} of {table.name} is another one in the warehouse than in the published version, so that it"
            " cannot be explained; nothing was changed; see what `cairn verify --deep` says."
        )


def _create(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    query: str,
    parameters: Sequence[str] = (),
) -> None:
    connection.execute(f"create or replace temp table {name} as {query}", list(parameters))


def _rows(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[str] = ()
) -> list[Row]:
    found = connection.execute(query, list(parameters))
    assert found.description is not None
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _worked(
    connection: duckdb.DuckDBPyConnection,
    table: ExplainedTable,
    formula: Formula,
    values: Row,
) -> Worked:
    """Work the arithmetic out; raises `CairnError` when it does not come to what the row says."""
    if formula.arithmetic is None:
        return Worked(formula)
    found = connection.execute(
        f"select {formula.arithmetic} from shown cross join terms where {formula.when}"
    ).fetchone()
    if found is None:
        return Worked(formula)
    with_values = _with_values(formula.arithmetic, values)
    if not _agree(found[0], values[formula.column]):
        raise CairnError(
            f"{formula.column} of {table.name} is {values[formula.column]!r}, but {with_values} is {found[0]!r}: the"
            " published number does not follow from its terms; nothing was changed; see what `cairn verify --deep`"
            " says, and report it."
        )
    return Worked(formula, with_values, found[0])


def _agree(worked_out: Any, said: Any) -> bool:
    if isinstance(worked_out, int | float | Decimal) and isinstance(said, int | float | Decimal):
        return math.isclose(worked_out, said, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return bool(worked_out == said)


def _with_values(arithmetic: str, values: Row) -> str:
    """The arithmetic as people write it, with the values in place of the columns' names."""
    for sql, word in WORDS.items():
        arithmetic = arithmetic.replace(sql, word)
    return NAME.sub(
        lambda name: in_words(values[name[0]]) if name[0] in values else name[0], arithmetic
    )


def signals_behind(
    connection: duckdb.DuckDBPyConnection, table: ExplainedTable, grains: Grains
) -> list[Signal]:
    """What is behind the rows of `shown`, each signal once; of rows that they are made of, theirs too.

    `shown` is another table afterwards.
    """
    signals = {
        signal[:3]: Signal(*signal)
        for signal in connection.execute(table.query("signals")).fetchall()
    }
    below = [(EXPLAINED[part.of], part.name) for part in table.parts if part.of is not None]
    for _, part in below:
        _create(connection, f"{table.mart}_{part}", table.query(part))
    for rows, part in below:
        grain = ", ".join(grains[rows.name])
        keys = f"select ({grain}) from {table.mart}_{part}"
        _create(connection, "shown", f"select * from {rows.name} where ({grain}) in ({keys})")
        # The level below can say more exactly what a signal adds.
        signals |= {
            (signal.contract, signal.batch, signal.row): signal
            for signal in signals_behind(connection, rows, grains)
        }
    return list(signals.values())
