"""What each row of the marts of `internships` must satisfy by itself.

Belongs here: the columns of a published table and what must hold between the values of one row. Not here: what
must agree between rows and tables, which are the rules of `internships.py`.
"""

from __future__ import annotations

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from pipelines.checks.mart import SUNDAY, Mart, Texts, is_sorted_set

METRICS = ["attendance_rate", "tasks_completed", "tasks_late", "training_completed"]
SATURDAY = 6
NUMBER = r"-?\d+(\.\d*[1-9])?"


def _is_on(column: str, weekday: int) -> pl.Expr:
    """Whether a day, if there is one, is that day of the week (ISO: Monday is 1)."""
    return (pl.col(column).dt.weekday() == weekday).fill_null(True)


def _is_count_or_rate(column: str) -> pl.Expr:
    """Whether a metric's value, if there is one, is in its range: a rate 0..1, else a whole number from 0 on."""
    value = pl.col(column)
    rate = value.is_between(0, 1)
    count = (value >= 0) & (value == value.floor())
    return (
        pl.when(pl.col("metric") == "attendance_rate").then(rate).otherwise(count).fill_null(True)
    )


class WindowMetrics(Mart):
    """The metrics of a window, in whichever table they are shown."""

    aggregation_window: str = pa.Field(isin=["daily", "weekly"])
    attendance_rate: float = pa.Field(nullable=True, ge=0, le=1)
    expected_days: int = pa.Field(ge=0)
    attended_days: int = pa.Field(ge=0)
    tasks_completed: int = pa.Field(ge=0)
    tasks_late: int = pa.Field(ge=0)
    tasks_overdue: int = pa.Field(ge=0)
    training_completed: int = pa.Field(ge=0)
    employer_inputs: int = pa.Field(ge=0)
    period_start: pl.Date

    @pa.dataframe_check
    @classmethod
    def attended_days_were_expected(cls, data: PolarsData) -> pl.LazyFrame:
        """Nobody attends more days than are expected, and a window has so many days at most."""
        length = pl.when(pl.col("aggregation_window") == "daily").then(1).otherwise(7)
        expected = pl.col("expected_days")
        return data.lazyframe.select((pl.col("attended_days") <= expected) & (expected <= length))

    @pa.dataframe_check
    @classmethod
    def rate_is_attended_over_expected(cls, data: PolarsData) -> pl.LazyFrame:
        """The exact quotient, and NULL exactly when no day is expected (G000-03)."""
        expected = pl.col("expected_days")
        rate = pl.col("attended_days").cast(pl.Float64) / expected.cast(pl.Float64)
        return data.lazyframe.select(
            pl.col("attendance_rate").eq_missing(pl.when(expected > 0).then(rate))
        )

    @pa.dataframe_check
    @classmethod
    def late_tasks_are_completed(cls, data: PolarsData) -> pl.LazyFrame:
        """Late is a part of completed (G000-05)."""
        return data.lazyframe.select(pl.col("tasks_late") <= pl.col("tasks_completed"))

    @pa.dataframe_check
    @classmethod
    def weeks_start_on_sunday(cls, data: PolarsData) -> pl.LazyFrame:
        """A week runs from Sunday to Saturday (G000-04)."""
        return data.lazyframe.select(
            (pl.col("aggregation_window") == "daily") | _is_on("period_start", SUNDAY)
        )


class InternshipAggregates(WindowMetrics):
    """`internships.internship_aggregates`."""

    internship_instance_id: str
    user_id: str
    employer_id: str
    organization_id: str = pa.Field(nullable=True)
    training_ids: Texts
    is_closed: bool
    period_end: pl.Date

    @pa.dataframe_check
    @classmethod
    def trainings_are_distinct_sorted_and_counted(cls, data: PolarsData) -> pl.LazyFrame:
        """The list is a sorted set of as many trainings as are counted."""
        ids = pl.col("training_ids")
        return data.lazyframe.select(
            is_sorted_set("training_ids")
            & (ids.list.len().cast(pl.Int64) == pl.col("training_completed"))
        )

    @pa.dataframe_check
    @classmethod
    def windows_are_days_and_weeks(cls, data: PolarsData) -> pl.LazyFrame:
        """A day ends as it starts, a week six days after."""
        days = (pl.col("period_end") - pl.col("period_start")).dt.total_days()
        return data.lazyframe.select(
            pl.when(pl.col("aggregation_window") == "daily").then(days == 0).otherwise(days == 6)
        )


class InternshipAggregatesAnonymous(WindowMetrics):
    """`internships.internship_aggregates_anonymous`: the metrics alone."""

    subject_hash: str


class InternshipKpiProgress(Mart):
    """`internships.internship_kpi_progress`."""

    internship_instance_id: str
    employer_id: str
    metric: str = pa.Field(isin=METRICS)
    value: float = pa.Field(nullable=True)
    value_last_week: float = pa.Field(nullable=True)
    min_value: float = pa.Field(nullable=True)
    max_value: float = pa.Field(nullable=True)
    kpi_as_of: pl.Date = pa.Field(nullable=True)

    @pa.dataframe_check
    @classmethod
    def values_are_counts_or_rates(cls, data: PolarsData) -> pl.LazyFrame:
        """Each metric in its own range."""
        return data.lazyframe.select(
            _is_count_or_rate("value") & _is_count_or_rate("value_last_week")
        )

    @pa.dataframe_check
    @classmethod
    def values_are_lagged(cls, data: PolarsData) -> pl.LazyFrame:
        """No value before a week is closed, and every count from then on (G000-15)."""
        value, last_week = pl.col("value"), pl.col("value_last_week")
        is_count = pl.col("metric") != "attendance_rate"
        return data.lazyframe.select(
            pl.when(pl.col("kpi_as_of").is_null())
            .then(value.is_null() & last_week.is_null())
            .otherwise(~is_count | (value.is_not_null() & last_week.is_not_null()))
        )

    @pa.dataframe_check
    @classmethod
    def kpis_speak_of_a_saturday(cls, data: PolarsData) -> pl.LazyFrame:
        """Weeks end on Saturday."""
        return data.lazyframe.select(_is_on("kpi_as_of", SATURDAY))


class InternshipRiskStates(Mart):
    """`internships.internship_risk_states`."""

    internship_instance_id: str
    employer_id: str
    kpi_threshold_id: str
    metric: str = pa.Field(isin=METRICS)
    state: str = pa.Field(isin=["none", "at_risk"])
    value: float = pa.Field(nullable=True)
    min_value: float = pa.Field(nullable=True)
    max_value: float = pa.Field(nullable=True)
    changed: bool
    period_start: pl.Date

    @pa.dataframe_check
    @classmethod
    def state_follows_from_the_bounds(cls, data: PolarsData) -> pl.LazyFrame:
        """At risk exactly when strictly outside a bound; equal and NULL are not (G000-10)."""
        below = (pl.col("value") < pl.col("min_value")).fill_null(False)
        above = (pl.col("value") > pl.col("max_value")).fill_null(False)
        return data.lazyframe.select((pl.col("state") == "at_risk") == (below | above))

    @pa.dataframe_check
    @classmethod
    def threshold_has_a_bound(cls, data: PolarsData) -> pl.LazyFrame:
        """A threshold without bounds cannot land."""
        return data.lazyframe.select(
            pl.col("min_value").is_not_null() | pl.col("max_value").is_not_null()
        )

    @pa.dataframe_check
    @classmethod
    def weeks_start_on_sunday(cls, data: PolarsData) -> pl.LazyFrame:
        """Only weeks are judged."""
        return data.lazyframe.select(_is_on("period_start", SUNDAY))


class InternshipNotifications(Mart):
    """`internships.internship_notifications`."""

    internship_instance_id: str
    employer_id: str
    metric: str = pa.Field(isin=METRICS)
    audience: Texts
    message: str
    period_start: pl.Date

    @pa.dataframe_check
    @classmethod
    def audience_is_admin_and_employer(cls, data: PolarsData) -> pl.LazyFrame:
        """Risk is internal: nobody else may be told (G000-12)."""
        return data.lazyframe.select(pl.col("audience").list.join(",") == "admin,employer")

    @pa.dataframe_check
    @classmethod
    def message_tells_metric_value_bound_and_week(cls, data: PolarsData) -> pl.LazyFrame:
        """One sentence in plain numbers."""
        message, metric = pl.col("message"), pl.col("metric")
        week = pl.concat_str(
            pl.lit(" in the week of "), pl.col("period_start").dt.strftime("%Y-%m-%d")
        )
        said = message.str.strip_prefix(metric).str.strip_suffix(week)
        return data.lazyframe.select(
            message.str.starts_with(metric)
            & message.str.ends_with(week)
            & said.str.contains(rf"^ {NUMBER} is (below|above) {NUMBER}$")
        )


class StudentProgressIndicators(Mart):
    """`internships.student_progress_indicators`."""

    internship_instance_id: str
    user_id: str
    attendance_band: str = pa.Field(nullable=True, isin=["good", "fair", "low"])
    tasks_completed: int = pa.Field(ge=0)
    tasks_assigned: int = pa.Field(ge=0)
    training_completed: int = pa.Field(ge=0)
    weeks_elapsed: int = pa.Field(ge=0)
    weeks_total: int = pa.Field(ge=1)
    kpi_as_of: pl.Date = pa.Field(nullable=True)

    @pa.dataframe_check
    @classmethod
    def elapsed_weeks_are_weeks_of_the_internship(cls, data: PolarsData) -> pl.LazyFrame:
        """Only touched weeks can have closed."""
        return data.lazyframe.select(pl.col("weeks_elapsed") <= pl.col("weeks_total"))

    @pa.dataframe_check
    @classmethod
    def indicators_are_lagged(cls, data: PolarsData) -> pl.LazyFrame:
        """There is a day they speak of exactly when a week has closed, and no band before (R000-30)."""
        as_of, band = pl.col("kpi_as_of"), pl.col("attendance_band")
        return data.lazyframe.select(
            (as_of.is_not_null() == (pl.col("weeks_elapsed") > 0))
            & (as_of.is_not_null() | band.is_null())
            & _is_on("kpi_as_of", SATURDAY)
        )


MODELS: dict[str, type[pa.DataFrameModel]] = {
    "internships.internship_aggregates": InternshipAggregates,
    "internships.internship_aggregates_anonymous": InternshipAggregatesAnonymous,
    "internships.internship_kpi_progress": InternshipKpiProgress,
    "internships.internship_risk_states": InternshipRiskStates,
    "internships.internship_notifications": InternshipNotifications,
    "internships.student_progress_indicators": StudentProgressIndicators,
}
