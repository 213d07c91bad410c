"""What the models of marts have in common: no column that they do not name, moments, sorted lists, weeks.

Belongs here: what more than one domain's models ask of a row. Not here: the models, nor what only one domain has.
"""

from __future__ import annotations

from typing import Annotated

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

Moment = Annotated[pl.Datetime, "us", "UTC"]
Texts = Annotated[pl.List, pl.String()]

SUNDAY = 7  # ISO: Monday is 1


def is_sorted_set(column: str) -> pl.Expr:
    """Whether a list is in ascending order of its texts' bytes, each once."""
    return pl.col(column) == pl.col(column).list.unique().list.sort()


class Mart(pa.DataFrameModel):
    """A mart's columns, and no others."""

    class Config:
        """Whoever inherits a model inherits this with it."""

        strict = True


class Weekly(Mart):
    """A mart with one column for the week it speaks of."""

    week_start: pl.Date

    @pa.dataframe_check
    @classmethod
    def starts_on_sunday(cls, data: PolarsData) -> pl.LazyFrame:
        """A week of the house starts on Sunday (UTC)."""
        return data.lazyframe.select(pl.col("week_start").dt.weekday() == SUNDAY)
