"""What a pandera model says about one row: the names of the checks that fail, and of all there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from pipelines.checks.frames import Model


def failed_checks(model: type[pa.DataFrameModel], *rows: Mapping[str, Any]) -> set[str]:
    """The checks that these rows break: `isin`, `not_nullable`, `column_in_schema`, a method's name and so on."""
    columns = model.to_schema().columns
    types = {name: column.dtype.type for name, column in columns.items() if name in rows[0]}
    extra = {name: None for row in rows for name in row if name not in types}
    frame = pl.DataFrame([dict(row) for row in rows], schema=types | extra)
    return {str(fault["check"]).partition("(")[0] for fault in faults(model, frame)}


def faults(model: Model, frame: pl.DataFrame) -> list[dict[str, Any]]:
    """What a model finds wrong with a frame: `index` of the row, `column`, `check`, `failure_case`."""
    try:
        model.validate(frame, lazy=True)
    except SchemaErrors as errors:
        return errors.failure_cases.to_dicts()
    return []


def checks_of(model: type[pa.DataFrameModel]) -> set[str]:
    """The checks that a model states itself; types, presence and absence of columns aside."""
    schema = model.to_schema()
    stated = [check for column in schema.columns.values() for check in column.checks]
    return {str(check.name) for check in (*stated, *schema.checks)}
