"""What each row about a student's steps and assignments must satisfy by itself.

Belongs here: the columns of `step_progress` and `assignment_progress` and what must hold between the values of one
row. Not here: the levels above (`progress_student_rows.py`, `progress_group_rows.py`), history
(`progress_history_rows.py`), and what must agree between tables (`progress.py`).
"""

from __future__ import annotations

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from pipelines.checks.mart import Mart, Moment
from pipelines.checks.progress_fields import LEVELS, both_or_neither, count, percentage

# Stored percentages are rounded to 9 decimals, so what is compared of two of them may be off by two billionths.
ROUNDED = 2e-9


class StepProgress(Mart):
    """`progress.step_progress`."""

    step_id: str
    student_id: str
    assignment_id: str
    state: str = pa.Field(isin=["locked", "available", "in_progress", "complete"])
    mastery_level: str = pa.Field(isin=LEVELS)
    completion_source: str = pa.Field(
        nullable=True,
        isin=["fresh_attempt", "teacher_override", "free_play_reconciled", "system_migration"],
    )
    target_source: str = pa.Field(isin=["step", "teacher"])
    original_context: str = pa.Field(nullable=True, isin=["all_games", "previous_assignment"])
    position: int = pa.Field(nullable=True, ge=0)
    attempt_count: int = count()
    best_score: float = percentage(nullable=True)
    latest_score: float = percentage(nullable=True)
    target_score: float = percentage(nullable=True)
    consistency_score: float = pa.Field(nullable=True, ge=0)
    original_score: float = percentage(nullable=True)
    session_count: int = count()
    time_on_task_ms: int = count()
    passed: bool = pa.Field(nullable=True)
    first_attempt_passed: bool = pa.Field(nullable=True)
    is_removed: bool
    started_at: Moment = pa.Field(nullable=True)
    completed_at: Moment = pa.Field(nullable=True)
    last_activity_at: Moment = pa.Field(nullable=True)
    reconciled_at: Moment = pa.Field(nullable=True)

    @pa.dataframe_check
    @classmethod
    def complete_is_with_a_moment(cls, data: PolarsData) -> pl.LazyFrame:
        """Complete exactly with a moment; a source only then; a removed step always."""
        is_complete = pl.col("state") == "complete"
        return data.lazyframe.select(
            (is_complete == pl.col("completed_at").is_not_null())
            & (is_complete | pl.col("completion_source").is_null())
            & (is_complete | ~pl.col("is_removed"))
        )

    @pa.dataframe_check
    @classmethod
    def begun_is_in_progress_or_complete(cls, data: PolarsData) -> pl.LazyFrame:
        """In progress is begun, locked and available are not (R003-13)."""
        is_begun = pl.col("started_at").is_not_null()
        return data.lazyframe.select(
            pl.when(pl.col("state") == "in_progress")
            .then(is_begun)
            .otherwise(~is_begun | (pl.col("state") == "complete"))
        )

    @pa.dataframe_check
    @classmethod
    def activity_has_a_first_and_a_last(cls, data: PolarsData) -> pl.LazyFrame:
        """Both or neither, in order; attempts are activity."""
        first, last = pl.col("started_at"), pl.col("last_activity_at")
        return data.lazyframe.select(
            both_or_neither("started_at", "last_activity_at")
            & (first <= last).fill_null(True)
            & ((pl.col("attempt_count") == 0) | first.is_not_null())
        )

    @pa.dataframe_check
    @classmethod
    def scores_come_from_attempts_or_a_play(cls, data: PolarsData) -> pl.LazyFrame:
        """A best and a latest score exactly with an attempt or a reconciled play; the best is the best."""
        best = pl.col("best_score")
        has_score = (pl.col("attempt_count") > 0) | pl.col("original_score").is_not_null()
        return data.lazyframe.select(
            (best.is_not_null() == has_score)
            & both_or_neither("best_score", "latest_score")
            & (best >= pl.col("latest_score")).fill_null(True)
            & (best >= pl.col("original_score")).fill_null(True)
            & ((pl.col("attempt_count") == 0) == pl.col("first_attempt_passed").is_null())
        )

    @pa.dataframe_check
    @classmethod
    def passed_is_a_score_at_the_target(cls, data: PolarsData) -> pl.LazyFrame:
        """NULL exactly without a target, else whether the best score reaches it (R003-21, G003-33)."""
        target = pl.col("target_score")
        reached = (pl.col("best_score") >= target).fill_null(False)
        return data.lazyframe.select(
            pl.col("passed").eq_missing(pl.when(target.is_not_null()).then(reached))
        )

    @pa.dataframe_check
    @classmethod
    def level_follows_from_scores_and_target(cls, data: PolarsData) -> pl.LazyFrame:
        """R003-87..91 in whole ten-thousandths; at a stored deviation of 0.15 either may be right."""
        units = {name: (pl.col(name) * 10_000).round() for name in ("best_score", "target_score")}
        best, target = units["best_score"], units["target_score"].fill_null(0)
        steadiness = pl.col("consistency_score")
        is_steady = (steadiness < 0.15).fill_null(False)
        level = pl.col("mastery_level")
        expected = (
            pl.when(best.is_null())
            .then(pl.lit("not_started"))
            .when(10 * best < 7 * target)
            .then(pl.lit("learning"))
            .when((best < target) | ~is_steady)
            .then(pl.lit("proficient"))
            .otherwise(pl.lit("mastered"))
        )
        is_at_edge = ((steadiness - 0.15).abs() <= ROUNDED).fill_null(False)
        either = is_at_edge & (best >= target) & level.is_in(["proficient", "mastered"])
        return data.lazyframe.select((level == expected) | either.fill_null(False))

    @pa.dataframe_check
    @classmethod
    def deviation_takes_two_scores(cls, data: PolarsData) -> pl.LazyFrame:
        """One score deviates from nothing (G003-01)."""
        scores = pl.col("attempt_count") + pl.col("original_score").is_not_null().cast(pl.Int64)
        return data.lazyframe.select((scores >= 2) | pl.col("consistency_score").is_null())

    @pa.dataframe_check
    @classmethod
    def reconciled_says_with_what_and_when(cls, data: PolarsData) -> pl.LazyFrame:
        """Score, context and moment exactly where a free play completed the step (R003-27..29)."""
        is_reconciled = (pl.col("completion_source") == "free_play_reconciled").fill_null(False)
        return data.lazyframe.select(
            both_or_neither("original_score", "original_context", "reconciled_at")
            & (pl.col("reconciled_at").is_not_null() == is_reconciled)
            & (pl.col("reconciled_at") == pl.col("completed_at")).fill_null(True)
        )


class AssignmentProgress(Mart):
    """`progress.assignment_progress`."""

    assignment_id: str
    student_id: str
    sequence_id: str = pa.Field(nullable=True)
    next_step_id: str = pa.Field(nullable=True)
    status: str = pa.Field(isin=["not_started", "in_progress", "complete", "archived"])
    pacing_status: str = pa.Field(isin=["ahead", "on_track", "behind", "at_risk"])
    colour: str = pa.Field(isin=["green", "yellow", "orange", "red"])
    completion_percentage: float = percentage()
    expected_percentage: float = percentage(nullable=True)
    steps_total: int = count()
    steps_required: int = count()
    steps_completed: int = count()
    steps_in_progress: int = count()
    steps_locked: int = count()
    average_score: float = percentage(nullable=True)
    mastery_score: float = percentage(nullable=True)
    pass_rate: float = percentage(nullable=True)
    steps_per_week: float = pa.Field(ge=0)
    time_on_task_ms: int = count()
    estimated_completion_date: pl.Date = pa.Field(nullable=True)
    due_at: Moment = pa.Field(nullable=True)
    next_step_due_at: Moment = pa.Field(nullable=True)
    started_at: Moment = pa.Field(nullable=True)
    completed_at: Moment = pa.Field(nullable=True)

    @pa.dataframe_check
    @classmethod
    def steps_are_in_one_state_each(cls, data: PolarsData) -> pl.LazyFrame:
        """Required, and complete, begun and locked together, are at most all steps."""
        states = pl.sum_horizontal("steps_completed", "steps_in_progress", "steps_locked")
        total = pl.col("steps_total")
        return data.lazyframe.select((states <= total) & (pl.col("steps_required") <= total))

    @pa.dataframe_check
    @classmethod
    def percentage_is_of_whole_required_steps(cls, data: PolarsData) -> pl.LazyFrame:
        """A whole number of the required steps that are complete; without any 100, without steps 0 (G003-07, 08)."""
        required = pl.col("steps_required")
        done = pl.col("completion_percentage") * required / 100
        expected = pl.when(pl.col("steps_total") > 0).then(100.0).otherwise(0.0)
        # Half a billionth of a percent of all the steps there are, and what DOUBLEs lose.
        is_whole = (done - done.round()).abs() <= 5.1e-12 * required
        return data.lazyframe.select(
            pl.when(required > 0)
            .then(is_whole & (done.round() <= pl.col("steps_completed")))
            .otherwise(pl.col("completion_percentage") == expected)
        )

    @pa.dataframe_check
    @classmethod
    def status_follows_from_the_steps(cls, data: PolarsData) -> pl.LazyFrame:
        """Unless archived: complete at 100 with a step, else in progress with a step begun (G003-10)."""
        is_complete = (pl.col("completion_percentage") == 100) & (pl.col("steps_total") > 0)
        is_begun = pl.col("steps_completed") + pl.col("steps_in_progress") > 0
        expected = (
            pl.when(is_complete)
            .then(pl.lit("complete"))
            .when(is_begun)
            .then(pl.lit("in_progress"))
            .otherwise(pl.lit("not_started"))
        )
        return data.lazyframe.select(
            (pl.col("status") == expected) | (pl.col("status") == "archived")
        )

    @pa.dataframe_check
    @classmethod
    def what_remains_is_next(cls, data: PolarsData) -> pl.LazyFrame:
        """A next step exactly while a required one is not complete, a completion exactly once all of them are."""
        has_required = pl.col("steps_required") > 0
        remains = has_required & (pl.col("completion_percentage") < 100)
        return data.lazyframe.select(
            (pl.col("next_step_id").is_not_null() == remains)
            & (pl.col("next_step_due_at").is_null() | remains)
            & (pl.col("completed_at").is_not_null() == (has_required & ~remains))
            & (pl.col("estimated_completion_date").is_null() | remains)
        )

    @pa.dataframe_check
    @classmethod
    def band_is_that_of_the_difference(cls, data: PolarsData) -> pl.LazyFrame:
        """Actual - expected in points, the upper band having the edge; at an edge as stored either (R003-107..110)."""
        difference = pl.col("completion_percentage") - pl.col("expected_percentage")

        def band(shift: float) -> pl.Expr:
            return (
                pl.when(difference.is_null())
                .then(pl.lit("on_track"))
                .when(difference + shift >= 20)
                .then(pl.lit("ahead"))
                .when(difference + shift >= -10)
                .then(pl.lit("on_track"))
                .when(difference + shift >= -30)
                .then(pl.lit("behind"))
                .otherwise(pl.lit("at_risk"))
            )

        status = pl.col("pacing_status")
        return data.lazyframe.select((status == band(ROUNDED)) | (status == band(-ROUNDED)))

    @pa.dataframe_check
    @classmethod
    def colour_is_that_of_the_band(cls, data: PolarsData) -> pl.LazyFrame:
        """Green when ahead or complete, else the band's (R003-164)."""
        is_complete = (pl.col("completion_percentage") == 100) & (pl.col("steps_total") > 0)
        colours = {"ahead": "green", "on_track": "yellow", "behind": "orange", "at_risk": "red"}
        expected = (
            pl.when(is_complete)
            .then(pl.lit("green"))
            .otherwise(pl.col("pacing_status").replace_strict(colours, default=None))
        )
        return data.lazyframe.select((pl.col("colour") == expected).fill_null(False))


STEP_MODELS: dict[str, type[pa.DataFrameModel]] = {
    "progress.step_progress": StepProgress,
    "progress.assignment_progress": AssignmentProgress,
}
