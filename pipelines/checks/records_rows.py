"""What each row of the marts of `records` that hold facts must satisfy by itself.

Belongs here: the columns of a published table and what must hold between the values of one row. Not here: what
must agree between rows and tables, which are the rules of `records.py`, and rows of decisions
(`records_decisions_rows.py`) and of registration (`records_registration_rows.py`).
"""

from __future__ import annotations

from typing import Annotated

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from pipelines.checks.mart import Mart, Moment, Texts, is_sorted_set

Points = Annotated[pl.Decimal, 18, 4]
Percentage = Annotated[pl.Decimal, 7, 4]
Threshold = Annotated[pl.Decimal, 12, 4]
Number = Annotated[pl.Decimal, 38, 18]

RELATIVE_ERROR_OF_DOUBLES = 1e-12


class Totals(Mart):
    """The points of one member of one lecture."""

    lecture_id: str
    user_id: str
    points_total_materialized: Points = pa.Field(ge=0)
    points_max_materialized: Points = pa.Field(ge=0)
    percentage_materialized: float = pa.Field(nullable=True, ge=0)

    @pa.dataframe_check
    @classmethod
    def percentage_is_total_over_maximum(cls, data: PolarsData) -> pl.LazyFrame:
        """100 x total / maximum, and NULL exactly without a maximum."""
        total = pl.col("points_total_materialized").cast(pl.Float64)
        maximum = pl.col("points_max_materialized").cast(pl.Float64)
        percentage = pl.col("percentage_materialized")
        expected = 100 * total / maximum
        difference = (percentage - expected).abs()
        return data.lazyframe.select(
            pl.when(maximum == 0)
            .then(percentage.is_null())
            .otherwise((difference <= RELATIVE_ERROR_OF_DOUBLES * expected).fill_null(False))
        )


class PerformanceRecords(Totals):
    """`records.performance_records`."""

    achievements_met_ids: Texts
    points_max_pending: Points = pa.Field(ge=0)
    computed_at: Moment

    @pa.dataframe_check
    @classmethod
    def pending_is_part_of_the_maximum(cls, data: PolarsData) -> pl.LazyFrame:
        """Who waits for a mark is not exempt from that work."""
        return data.lazyframe.select(
            pl.col("points_max_pending") <= pl.col("points_max_materialized")
        )

    @pa.dataframe_check
    @classmethod
    def ids_are_sorted(cls, data: PolarsData) -> pl.LazyFrame:
        """Each achievement once, in order."""
        return data.lazyframe.select(is_sorted_set("achievements_met_ids"))


class AchievementProgress(Mart):
    """`records.achievement_progress`."""

    achievement_id: str
    user_id: str
    lecture_id: str
    value_type: str = pa.Field(isin=["boolean", "numeric", "percentage"])
    threshold: Threshold = pa.Field(nullable=True, ge=0)
    grade_value: str = pa.Field(nullable=True)
    value: Number = pa.Field(nullable=True)
    met: bool

    @pa.dataframe_check
    @classmethod
    def measured_against_a_threshold(cls, data: PolarsData) -> pl.LazyFrame:
        """Boolean achievements have none and no value, all others have one."""
        is_boolean = pl.col("value_type") == "boolean"
        return data.lazyframe.select(
            pl.when(is_boolean)
            .then(pl.col("threshold").is_null() & pl.col("value").is_null())
            .otherwise(pl.col("threshold").is_not_null())
        )

    @pa.dataframe_check
    @classmethod
    def percentage_threshold_is_at_most_100(cls, data: PolarsData) -> pl.LazyFrame:
        """Percentages are 0 to 100."""
        return data.lazyframe.select(
            (pl.col("value_type") != "percentage") | (pl.col("threshold") <= 100)
        )

    @pa.dataframe_check
    @classmethod
    def grade_is_normalized(cls, data: PolarsData) -> pl.LazyFrame:
        """Trimmed, in lower case, and NULL rather than empty."""
        grade = pl.col("grade_value")
        is_normalized = (grade == grade.str.strip_chars()) & ~grade.str.contains("^$|[A-Z]")
        return data.lazyframe.select(is_normalized.fill_null(True))

    @pa.dataframe_check
    @classmethod
    def met_follows_from_the_grade(cls, data: PolarsData) -> pl.LazyFrame:
        """Boolean: the grade is `pass`. Others: the value is there and at or above the threshold."""
        expected = (
            pl.when(pl.col("value_type") == "boolean")
            .then(pl.col("grade_value") == "pass")
            .otherwise(pl.col("value") >= pl.col("threshold"))
        )
        return data.lazyframe.select(pl.col("met") == expected.fill_null(False))


class StudentStanding(Totals):
    """`records.student_standing`."""

    achievements_met: Texts
    certification_status: str = pa.Field(nullable=True, isin=["pending", "passed", "failed"])

    @pa.dataframe_check
    @classmethod
    def titles_are_sorted(cls, data: PolarsData) -> pl.LazyFrame:
        """One title per achievement, in order."""
        titles = pl.col("achievements_met")
        return data.lazyframe.select(titles == titles.list.sort())


MODELS: dict[str, type[pa.DataFrameModel]] = {
    "records.performance_records": PerformanceRecords,
    "records.achievement_progress": AchievementProgress,
    "records.student_standing": StudentStanding,
}
