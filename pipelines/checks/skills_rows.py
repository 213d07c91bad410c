"""What each row of the marts of `skills` must satisfy by itself.

Belongs here: the columns of a published table and what must hold between the values of one row. Not here: what
must agree between rows and tables, which are the rules of `skills.py`.
"""

from __future__ import annotations

from typing import Annotated

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from pipelines.checks.mart import Mart, Moment, Weekly

Weight = Annotated[pl.Decimal, 18, 4]
RecentSignals = Annotated[
    pl.List,
    pl.Struct(
        {
            "signal_id": pl.String,
            "skill_id": pl.String,
            "source_type": pl.String,
            "source_id": pl.String,
            "signal_type": pl.String,
            "created_at": pl.Datetime("us", "UTC"),
        }
    ),
]

RECENT_SIGNALS = 20


class UserSkillSignals(Mart):
    """`skills.user_skill_signals`. Mentorship is no source: a single signal of it is an error."""

    signal_id: str
    user_id: str
    skill_id: str
    source_type: str = pa.Field(isin=["project", "update"])
    source_id: str
    signal_type: str = pa.Field(isin=["joined", "update", "completed"])
    weight: Weight = pa.Field(gt=0)
    created_at: Moment

    @pa.dataframe_check
    @classmethod
    def type_is_one_of_its_source(cls, data: PolarsData) -> pl.LazyFrame:
        """Projects are joined and completed, updates are updates."""
        return data.lazyframe.select(
            (pl.col("source_type") == "update") == (pl.col("signal_type") == "update")
        )


class SkillDistribution(Mart):
    """`skills.skill_distribution`."""

    user_id: str
    skill_id: str
    skill_name: str
    category: str = pa.Field(nullable=True)
    signals: int = pa.Field(ge=1)
    total_weight: Weight = pa.Field(gt=0)
    first_signal_at: Moment
    last_signal_at: Moment

    @pa.dataframe_check
    @classmethod
    def first_is_not_after_last(cls, data: PolarsData) -> pl.LazyFrame:
        """One signal is both."""
        return data.lazyframe.select(pl.col("first_signal_at") <= pl.col("last_signal_at"))


class SkillDistributionByOrganization(Mart):
    """`skills.skill_distribution_by_organization`."""

    organization_id: str
    skill_id: str
    skill_name: str
    category: str = pa.Field(nullable=True)
    signals: int
    users: int = pa.Field(ge=1)
    total_weight: Weight = pa.Field(gt=0)

    @pa.dataframe_check
    @classmethod
    def every_user_has_a_signal(cls, data: PolarsData) -> pl.LazyFrame:
        """At least as many signals as users."""
        return data.lazyframe.select(pl.col("signals") >= pl.col("users"))


class SkillMomentum(Weekly):
    """`skills.skill_momentum`."""

    user_id: str
    skill_id: str
    signals: int = pa.Field(ge=1)
    total_weight: Weight = pa.Field(gt=0)
    cumulative_signals: int

    @pa.dataframe_check
    @classmethod
    def week_is_part_of_the_whole(cls, data: PolarsData) -> pl.LazyFrame:
        """What has accumulated includes the week itself."""
        return data.lazyframe.select(pl.col("cumulative_signals") >= pl.col("signals"))


class SkillActivity(Mart):
    """`skills.skill_activity`."""

    user_id: str
    direction: str = pa.Field(isin=["up", "down", "flat"])
    recent: RecentSignals
    signals_last_7_days: int = pa.Field(ge=0)
    signals_previous_7_days: int = pa.Field(ge=0)
    last_signal_at: Moment

    @pa.dataframe_check
    @classmethod
    def direction_compares_the_weeks(cls, data: PolarsData) -> pl.LazyFrame:
        """More is up, fewer is down, as many is flat."""
        change = pl.col("signals_last_7_days") - pl.col("signals_previous_7_days")
        expected = (
            pl.when(change > 0)
            .then(pl.lit("up"))
            .when(change < 0)
            .then(pl.lit("down"))
            .otherwise(pl.lit("flat"))
        )
        return data.lazyframe.select(pl.col("direction") == expected)

    @pa.dataframe_check
    @classmethod
    def recent_are_1_to_20(cls, data: PolarsData) -> pl.LazyFrame:
        """Nobody is here without a signal."""
        return data.lazyframe.select(pl.col("recent").list.len().is_between(1, RECENT_SIGNALS))

    @pa.dataframe_check
    @classmethod
    def recent_begin_with_the_last(cls, data: PolarsData) -> pl.LazyFrame:
        """The newest first."""
        newest = pl.col("recent").list.first().struct.field("created_at")
        return data.lazyframe.select((newest == pl.col("last_signal_at")).fill_null(False))


class MentorshipSummary(Mart):
    """`skills.mentorship_summary`."""

    intern_id: str
    sessions: int
    mentors: int = pa.Field(ge=1)
    sessions_with_project: int = pa.Field(ge=0)
    last_session_at: Moment

    @pa.dataframe_check
    @classmethod
    def parts_are_not_more_than_all_sessions(cls, data: PolarsData) -> pl.LazyFrame:
        """Each session has one mentor and at most one project."""
        return data.lazyframe.select(
            pl.max_horizontal("mentors", "sessions_with_project") <= pl.col("sessions")
        )


MODELS: dict[str, type[pa.DataFrameModel]] = {
    "skills.user_skill_signals": UserSkillSignals,
    "skills.skill_distribution": SkillDistribution,
    "skills.skill_distribution_by_organization": SkillDistributionByOrganization,
    "skills.skill_momentum": SkillMomentum,
    "skills.skill_activity": SkillActivity,
    "skills.mentorship_summary": MentorshipSummary,
}
