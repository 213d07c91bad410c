"""Rows of the warehouse held against a pandera model, a chunk at a time.

Chunks come through Arrow as collected polars frames: of a LazyFrame pandera checks only the schema, and
passes any value. A model's `unique` would hold within a chunk only; keys are the marts' own constraints, or rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import duckdb
import polars as pl
from pandera.errors import SchemaErrors

from pipelines.checks.result import EXAMPLES, row_text, shortened

CHUNK_ROWS = 500_000


class Model(Protocol):
    """A `DataFrameModel` class or a `DataFrameSchema` of pandera."""

    def validate(self, check_obj: pl.DataFrame, *, lazy: bool) -> object:
        """Raise `SchemaErrors` with all that is wrong."""
        ...


@dataclass(frozen=True, slots=True)
class Findings:
    """What was wrong with a relation. A fault of the table itself breaks no single row, but fails all the same."""

    passed: bool
    rows: int
    broken_rows: int
    examples: tuple[str, ...]

    def __add__(self, other: Findings) -> Findings:
        return Findings(
            self.passed and other.passed,
            self.rows + other.rows,
            self.broken_rows + other.broken_rows,
            (*self.examples, *other.examples)[:EXAMPLES],
        )


def validate(
    connection: duckdb.DuckDBPyConnection, query: str, model: Model, chunk_rows: int = CHUNK_ROWS
) -> Findings:
    """Hold all rows of a query against a model; an empty result is still held against its schema."""
    findings = Findings(passed=True, rows=0, broken_rows=0, examples=())
    for frame in _chunks(connection, query, chunk_rows):
        findings += _judge(frame, model)
    return findings


def _chunks(
    connection: duckdb.DuckDBPyConnection, query: str, chunk_rows: int
) -> Iterator[pl.DataFrame]:
    reader = connection.sql(query).to_arrow_reader(chunk_rows)
    first = next(iter(reader), None)
    yield pl.DataFrame(reader.schema.empty_table() if first is None else first)
    for batch in reader:
        yield pl.DataFrame(batch)


def _judge(frame: pl.DataFrame, model: Model) -> Findings:
    try:
        model.validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        return Findings(
            passed=False,
            rows=frame.height,
            broken_rows=cases["index"].drop_nulls().n_unique(),
            examples=_examples(frame, cases),
        )
    return Findings(passed=True, rows=frame.height, broken_rows=0, examples=())


def _examples(frame: pl.DataFrame, cases: pl.DataFrame) -> tuple[str, ...]:
    """The first case of each kind, so that many alike do not hide another."""
    kinds = cases.unique(["column", "check"], keep="first", maintain_order=True).head(EXAMPLES)
    return tuple(
        shortened(f"{_fault(case)}{_row(frame, case['index'])}") for case in kinds.to_dicts()
    )


def _fault(case: dict[str, str]) -> str:
    """A row's own fault names its column and check; the table's names what is there or missing."""
    if case["index"] is None:
        return f"{case['column']}: {case['check']}, found {case['failure_case']}"
    return f"{case['column']} breaks {case['check']}"


def _row(frame: pl.DataFrame, index: int | None) -> str:
    if index is None:
        return ""
    return " in " + row_text(frame.row(index, named=True))
