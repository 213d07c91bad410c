"""What each row about a student above the assignment must satisfy by itself: sequences, concepts, days, the summary.

Belongs here: the columns of these tables and what must hold between the values of one row. Not here: what must agree
between tables (`progress.py`).
"""

from __future__ import annotations

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from pipelines.checks.mart import Mart, Moment, Texts, is_sorted_set
from pipelines.checks.progress_fields import LEVELS, are_risk_factors, count, percentage


class SequenceProgress(Mart):
    """`progress.sequence_progress`."""

    sequence_id: str
    student_id: str
    current_assignment_id: str = pa.Field(nullable=True)
    concepts_mastered: Texts
    concepts_in_progress: Texts
    completion_percentage: float = percentage()
    assignments_total: int = pa.Field(ge=1)
    assignments_completed: int = count()
    overall_mastery_score: float = percentage(nullable=True)
    remediation_count: int = count()
    review_compliance_rate: float = percentage()
    estimated_completion_date: pl.Date = pa.Field(nullable=True)
    started_at: Moment = pa.Field(nullable=True)

    @pa.dataframe_check
    @classmethod
    def completed_assignments_are_some_of_all(cls, data: PolarsData) -> pl.LazyFrame:
        """At most all; what is finished has nothing to estimate."""
        return data.lazyframe.select(
            (pl.col("assignments_completed") <= pl.col("assignments_total"))
            & (
                (pl.col("completion_percentage") < 100)
                | pl.col("estimated_completion_date").is_null()
            )
        )

    @pa.dataframe_check
    @classmethod
    def concepts_are_sorted_and_in_one_list(cls, data: PolarsData) -> pl.LazyFrame:
        """Each concept once: mastered or in progress (G003-34)."""
        both = pl.col("concepts_mastered").list.set_intersection("concepts_in_progress")
        return data.lazyframe.select(
            is_sorted_set("concepts_mastered")
            & is_sorted_set("concepts_in_progress")
            & (both.list.len() == 0)
        )


class ConceptMastery(Mart):
    """`progress.concept_mastery`."""

    student_id: str
    concept_id: str
    mastery_level: str = pa.Field(isin=LEVELS)
    best_score: float = percentage(nullable=True)
    attempts: int = count()
    last_activity_at: Moment = pa.Field(nullable=True)

    @pa.dataframe_check
    @classmethod
    def not_started_is_without_a_score(cls, data: PolarsData) -> pl.LazyFrame:
        """A level above it takes a score, and a score makes one."""
        return data.lazyframe.select(
            (pl.col("mastery_level") == "not_started") == pl.col("best_score").is_null()
        )


class StudentProgressSummary(Mart):
    """`progress.student_progress_summary`."""

    student_id: str
    organization_id: str = pa.Field(nullable=True)
    risk_factors: Texts
    active_assignments: int = count()
    completed_assignments: int = count()
    total_time_on_task_ms: int = count()
    steps_completed_this_week: int = count()
    time_on_task_this_week_ms: int = count()
    games_played_this_week: int = count()
    overall_mastery_score: float = percentage(nullable=True)
    concepts_mastered_count: int = count()
    badges_earned: int = count()
    streak_days: int = count()
    engagement_score: float = percentage()
    at_risk: bool
    last_activity_at: Moment = pa.Field(nullable=True)

    @pa.dataframe_check
    @classmethod
    def at_risk_is_with_a_factor(cls, data: PolarsData) -> pl.LazyFrame:
        """A flag has a factor, a factor its number, and no factor no flag (R003-80, 81)."""
        return data.lazyframe.select(
            ((pl.col("risk_factors").list.len() > 0) == pl.col("at_risk"))
            & are_risk_factors("risk_factors")
        )

    @pa.dataframe_check
    @classmethod
    def this_week_is_part_of_all(cls, data: PolarsData) -> pl.LazyFrame:
        """Time of this week is part of all time; a streak and engagement take activity."""
        is_active = (pl.col("streak_days") > 0) | (pl.col("engagement_score") > 0)
        return data.lazyframe.select(
            (pl.col("time_on_task_this_week_ms") <= pl.col("total_time_on_task_ms"))
            & (~is_active | pl.col("last_activity_at").is_not_null())
        )


class StudentActivity(Mart):
    """`progress.student_activity`."""

    student_id: str
    steps_completed: int = count()
    attempts: int = count()
    time_on_task_ms: int = count()
    activity_date: pl.Date


STUDENT_MODELS: dict[str, type[pa.DataFrameModel]] = {
    "progress.sequence_progress": SequenceProgress,
    "progress.concept_mastery": ConceptMastery,
    "progress.student_progress_summary": StudentProgressSummary,
    "progress.student_activity": StudentActivity,
}
