"""What each row of the marts of `performance` must satisfy by itself.

Belongs here: the columns of a published table and what must hold between the values of one row. Not here: what
must agree between rows and tables, the score's formula included, which are the rules of `performance.py`.
"""

from __future__ import annotations

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from pipelines.checks.mart import Mart, Moment

BUCKETS = ["0-20", "20-40", "40-60", "60-80", "80-100"]
ARROWS = ["↓", "→", "↑"]

ERROR_OF_DOUBLES = 1e-12
"""Points by which a quotient of large sums may be off."""


def _score(*, nullable: bool = False) -> float:
    """A column of points, 0..100."""
    field: float = pa.Field(ge=0, le=100, nullable=nullable)
    return field


def _ratio() -> float:
    """A column of a share that may not be known."""
    field: float = pa.Field(ge=0, le=1, nullable=True)
    return field


class PerformanceLogs(Mart):
    """`performance.performance_logs`."""

    assignment_id: str
    user_id: str
    organization_id: str = pa.Field(nullable=True)
    tasks_completed: int = pa.Field(ge=1)
    on_time_ratio: float = _ratio()
    skill_accuracy: float = _ratio()
    difficulty_factor: float = _ratio()
    avg_completion_time: float = pa.Field(ge=0, nullable=True)
    avg_completion_speed: float = pa.Field(nullable=True)
    performance_score: float = _score()
    score_change: float = pa.Field(ge=-100, le=100)
    created_at: Moment

    @pa.dataframe_check
    @classmethod
    def first_log_changes_nothing(cls, data: PolarsData) -> pl.LazyFrame:
        """There is no score before it to compare with (G001-11)."""
        is_first = pl.col("tasks_completed") == 1
        return data.lazyframe.select(~is_first | (pl.col("score_change") == 0))

    @pa.dataframe_check
    @classmethod
    def speed_and_punctuality_speak_of_the_same_tasks(cls, data: PolarsData) -> pl.LazyFrame:
        """Both come from the tasks with a due date, or there is neither (G001-03, G001-08)."""
        speed, ratio = pl.col("avg_completion_speed"), pl.col("on_time_ratio")
        return data.lazyframe.select(speed.is_null() == ratio.is_null())


class PerformanceSnapshots(Mart):
    """`performance.performance_snapshots`."""

    user_id: str
    tasks_completed_today: int = pa.Field(ge=1)
    cumulative_tasks: int = pa.Field(ge=1)
    daily_on_time_ratio: float = _ratio()
    cumulative_on_time_ratio: float = _ratio()
    daily_performance_score: float = _score()
    cumulative_performance_score: float = _score()
    snapshot_date: pl.Date
    created_at: Moment

    @pa.dataframe_check
    @classmethod
    def day_is_a_part_of_everything(cls, data: PolarsData) -> pl.LazyFrame:
        """No day has more tasks than there are, and one that has them all says what all say."""
        today, tasks = pl.col("tasks_completed_today"), pl.col("cumulative_tasks")
        same = pl.col("daily_on_time_ratio").eq_missing(pl.col("cumulative_on_time_ratio")) & (
            pl.col("daily_performance_score") == pl.col("cumulative_performance_score")
        )
        return data.lazyframe.select((today < tasks) | ((today == tasks) & same))

    @pa.dataframe_check
    @classmethod
    def a_ratio_of_the_day_is_in_the_ratio_so_far(cls, data: PolarsData) -> pl.LazyFrame:
        """Once a due date says something about punctuality, it does for good."""
        daily, so_far = pl.col("daily_on_time_ratio"), pl.col("cumulative_on_time_ratio")
        return data.lazyframe.select(daily.is_null() | so_far.is_not_null())

    @pa.dataframe_check
    @classmethod
    def is_of_the_utc_day(cls, data: PolarsData) -> pl.LazyFrame:
        """The last completion lies on the day (G001-23)."""
        return data.lazyframe.select(pl.col("created_at").dt.date() == pl.col("snapshot_date"))


class PerformanceMilestones(Mart):
    """`performance.performance_milestones`."""

    user_id: str
    milestone_type: str
    milestone_name: str
    description: str
    achievement_data: str
    achieved_value: float = pa.Field(ge=1)
    achieved_at: Moment

    @pa.check("achieved_value")
    @classmethod
    def is_a_number_of_tasks(cls, data: PolarsData) -> pl.LazyFrame:
        """A whole one."""
        value = pl.col(data.key)
        return data.lazyframe.select(value == value.floor())


class PerformanceBadges(Mart):
    """`performance.performance_badges`."""

    user_id: str
    criteria: str
    badge_name: str
    badge_description: str
    badge_icon: str
    criteria_value: float = pa.Field(ge=0)
    is_active: bool = pa.Field(eq=True)
    earned_at: Moment


class UserPerformance(Mart):
    """`performance.user_performance`."""

    user_id: str
    username: str = pa.Field(nullable=True)
    organization_id: str = pa.Field(nullable=True)
    trend_direction: str = pa.Field(isin=ARROWS)
    experience_level: int = pa.Field(ge=1, le=10, nullable=True)
    current_performance_score: float = _score(nullable=True)
    tasks_completed: int = pa.Field(ge=0)
    avg_completion_time: float = pa.Field(ge=0, nullable=True)
    on_time_ratio: float = _ratio()
    skill_accuracy: float = _ratio()
    difficulty_factor: float = _ratio()
    avg_completion_speed: float = pa.Field(nullable=True)
    trend_change: float = pa.Field(ge=-100, le=100)
    trend_period_days: int = pa.Field(eq=30)
    organization_rank: int = pa.Field(ge=1, nullable=True)

    @pa.dataframe_check
    @classmethod
    def score_and_metrics_need_a_completion(cls, data: PolarsData) -> pl.LazyFrame:
        """Whoever has completed something has a score, and nobody else has any number (G001-02)."""
        metrics = ["avg_completion_time", "on_time_ratio", "skill_accuracy", "difficulty_factor"]
        nothing = pl.all_horizontal(
            pl.col(
                "current_performance_score", *metrics, "avg_completion_speed", "organization_rank"
            ).is_null()
        )
        return data.lazyframe.select(
            pl.when(pl.col("tasks_completed") > 0)
            .then(pl.col("current_performance_score").is_not_null())
            .otherwise(nothing & (pl.col("trend_change") == 0))
        )

    @pa.dataframe_check
    @classmethod
    def direction_is_the_sign_of_the_change(cls, data: PolarsData) -> pl.LazyFrame:
        """Up, down, or neither (G001-13)."""
        change = pl.col("trend_change")
        arrow = pl.when(change > 0).then(pl.lit("↑")).when(change < 0).then(pl.lit("↓"))
        return data.lazyframe.select(pl.col("trend_direction") == arrow.otherwise(pl.lit("→")))

    @pa.dataframe_check
    @classmethod
    def members_of_a_team_have_a_rank(cls, data: PolarsData) -> pl.LazyFrame:
        """Those with an organization and a completion, and nobody else (G001-17)."""
        is_member = pl.col("organization_id").is_not_null() & (pl.col("tasks_completed") > 0)
        return data.lazyframe.select(pl.col("organization_rank").is_not_null() == is_member)


class TeamPerformance(Mart):
    """`performance.team_performance`."""

    organization_id: str
    team_size: int = pa.Field(ge=1)
    average_score: float = _score()
    median_score: float = _score()
    std_deviation: float = pa.Field(ge=0)
    min_score: float = _score()
    max_score: float = _score()
    score_range: float = _score()

    @pa.dataframe_check
    @classmethod
    def middle_lies_between_the_ends(cls, data: PolarsData) -> pl.LazyFrame:
        """Mean and median are no less than the lowest and no more than the highest score, a DOUBLE's error aside."""
        lowest = pl.col("min_score") - ERROR_OF_DOUBLES
        highest = pl.col("max_score") + ERROR_OF_DOUBLES
        return data.lazyframe.select(
            pl.col("average_score").is_between(lowest, highest)
            & pl.col("median_score").is_between(lowest, highest)
        )

    @pa.dataframe_check
    @classmethod
    def a_team_of_one_has_no_spread(cls, data: PolarsData) -> pl.LazyFrame:
        """Neither a range nor a deviation (G001-22)."""
        spread = pl.max_horizontal("score_range", "std_deviation")
        return data.lazyframe.select((pl.col("team_size") > 1) | (spread == 0))


class PerformanceDistribution(Mart):
    """`performance.performance_distribution`."""

    organization_id: str
    bucket: str = pa.Field(isin=BUCKETS)
    members: int = pa.Field(ge=0)


MODELS: dict[str, type[pa.DataFrameModel]] = {
    "performance.performance_logs": PerformanceLogs,
    "performance.performance_snapshots": PerformanceSnapshots,
    "performance.performance_milestones": PerformanceMilestones,
    "performance.performance_badges": PerformanceBadges,
    "performance.user_performance": UserPerformance,
    "performance.team_performance": TeamPerformance,
    "performance.performance_distribution": PerformanceDistribution,
}
