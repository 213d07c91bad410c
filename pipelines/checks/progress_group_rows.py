"""What each row about classes, organizations and content must satisfy by itself.

Belongs here: the columns of these tables and what must hold between the values of one row. Not here: what must agree
between tables (`progress.py`).
"""

from __future__ import annotations

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from pipelines.checks.mart import SUNDAY, Mart, Moment, Texts, is_sorted_set
from pipelines.checks.progress_fields import count, percentage


def _are_parts_of(whole: str, *parts: str) -> pl.Expr:
    """Whether each of these counts is at most the whole."""
    return pl.all_horizontal([pl.col(part) <= pl.col(whole) for part in parts])


def _is_null_exactly_without(count_of: str, *columns: str) -> pl.Expr:
    """Whether these columns have a value exactly where there is something to count."""
    return pl.all_horizontal(
        [pl.col(name).is_null() == (pl.col(count_of) == 0) for name in columns]
    )


class ClassProgress(Mart):
    """`progress.class_progress`."""

    class_id: str
    assignment_id: str
    students: int = pa.Field(ge=1)
    mean_completion: float = percentage()
    mean_mastery: float = percentage(nullable=True)
    ahead: int = count()
    on_track: int = count()
    behind: int = count()
    at_risk: int = count()
    complete: int = count()

    @pa.dataframe_check
    @classmethod
    def bands_sum_to_the_students(cls, data: PolarsData) -> pl.LazyFrame:
        """Every student is in one band; complete is apart (G003-44)."""
        bands = pl.sum_horizontal("ahead", "on_track", "behind", "at_risk")
        return data.lazyframe.select(
            (bands == pl.col("students")) & _are_parts_of("students", "complete")
        )


class ClassSummary(Mart):
    """`progress.class_summary`."""

    class_id: str
    organization_id: str = pa.Field(nullable=True)
    student_ids: Texts
    students: int = count()
    active_assignments: int = count()
    mean_completion: float = percentage(nullable=True)
    mean_mastery: float = percentage(nullable=True)
    at_risk_students: int = count()
    last_activity_at: Moment = pa.Field(nullable=True)

    @pa.dataframe_check
    @classmethod
    def members_are_named_once_in_order(cls, data: PolarsData) -> pl.LazyFrame:
        """Each of the students once, sorted."""
        members = pl.col("student_ids").list.len()
        return data.lazyframe.select((members == pl.col("students")) & is_sorted_set("student_ids"))

    @pa.dataframe_check
    @classmethod
    def an_empty_class_has_nothing(cls, data: PolarsData) -> pl.LazyFrame:
        """Nobody is at risk, active or anywhere in a class without members."""
        nothing = pl.all_horizontal(
            pl.col("active_assignments") == 0,
            *(pl.col(name).is_null() for name in ("mean_completion", "mean_mastery")),
            pl.col("last_activity_at").is_null(),
        )
        return data.lazyframe.select(
            _are_parts_of("students", "at_risk_students") & ((pl.col("students") > 0) | nothing)
        )


class OrganizationProgress(Mart):
    """`progress.organization_progress`."""

    organization_id: str
    students: int = count()
    active_assignments: int = count()
    completion_rate: float = pa.Field(nullable=True, ge=0, le=1)
    mean_mastery: float = percentage(nullable=True)
    active_students_7d: int = count()
    total_time_on_task_ms: int = count()
    at_risk_students: int = count()

    @pa.dataframe_check
    @classmethod
    def students_at_risk_and_active_are_students(cls, data: PolarsData) -> pl.LazyFrame:
        """Parts of all; with an active assignment not everything is complete."""
        return data.lazyframe.select(
            _are_parts_of("students", "active_students_7d", "at_risk_students")
            & ((pl.col("active_assignments") == 0) | (pl.col("completion_rate") < 1)).fill_null(
                False
            )
        )


class OrganizationProgressTrend(Mart):
    """`progress.organization_progress_trend`."""

    organization_id: str
    period: str = pa.Field(isin=["week", "month", "quarter"])
    active_students: int = count()
    steps_completed: int = count()
    time_on_task_ms: int = count()
    mean_score: float = percentage(nullable=True)
    period_start: pl.Date

    @pa.dataframe_check
    @classmethod
    def periods_begin_where_they_do(cls, data: PolarsData) -> pl.LazyFrame:
        """Weeks on a Sunday, months on the first, quarters on the first of January, April, July or October."""
        start = pl.col("period_start")
        is_first = start.dt.day() == 1
        return data.lazyframe.select(
            pl.when(pl.col("period") == "week")
            .then(start.dt.weekday() == SUNDAY)
            .when(pl.col("period") == "month")
            .then(is_first)
            .otherwise(is_first & (start.dt.month() % 3 == 1))
        )

    @pa.dataframe_check
    @classmethod
    def something_happened(cls, data: PolarsData) -> pl.LazyFrame:
        """A period is there for activity or a completion; time and scores take activity."""
        active, completed = pl.col("active_students"), pl.col("steps_completed")
        is_idle = (pl.col("time_on_task_ms") == 0) & pl.col("mean_score").is_null()
        return data.lazyframe.select((active + completed > 0) & ((active > 0) | is_idle))


class ContentEffectiveness(Mart):
    """`progress.content_effectiveness`."""

    assignment_id: str
    sequence_id: str = pa.Field(nullable=True)
    students: int = count()
    completion_rate: float = pa.Field(nullable=True, ge=0, le=1)
    mean_score: float = percentage(nullable=True)
    mean_attempts: float = pa.Field(nullable=True, ge=1)
    mean_time_on_task_ms: float = pa.Field(nullable=True, ge=0)
    stuck_students: int = count()

    @pa.dataframe_check
    @classmethod
    def means_take_students(cls, data: PolarsData) -> pl.LazyFrame:
        """Rate and time exactly with students; who is stuck is one of them, and has attempted something."""
        stuck = pl.col("stuck_students")
        return data.lazyframe.select(
            _is_null_exactly_without("students", "completion_rate", "mean_time_on_task_ms")
            & _are_parts_of("students", "stuck_students")
            & ((stuck == 0) | pl.col("mean_attempts").is_not_null())
        )


GROUP_MODELS: dict[str, type[pa.DataFrameModel]] = {
    "progress.class_progress": ClassProgress,
    "progress.class_summary": ClassSummary,
    "progress.organization_progress": OrganizationProgress,
    "progress.organization_progress_trend": OrganizationProgressTrend,
    "progress.content_effectiveness": ContentEffectiveness,
}
