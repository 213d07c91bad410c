"""Tables that speak of weeks, whatever their domain: what holds for every `week_start`."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

SUNDAY = 7


class Weekly(pa.DataFrameModel):
    """A table with one column for the week it speaks of."""

    week_start: pl.Date

    @pa.dataframe_check
    @classmethod
    def starts_on_sunday(cls, data: PolarsData) -> pl.LazyFrame:
        """A week of the house starts on Sunday (UTC)."""
        return data.lazyframe.select(pl.col("week_start").dt.weekday() == SUNDAY)
