"""What each row of certification_proposals, certifications and certification_history must satisfy by itself."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from pipelines.checks.mart import Mart, Moment, Texts, is_sorted_set
from pipelines.checks.records_rows import Percentage, Points, Threshold

STATUSES = ["pending", "passed", "failed"]
DEFERRAL_REASONS = ["achievements_ungraded", "points_not_measurable", "points_pending"]


class CertificationProposals(Mart):
    """`records.certification_proposals`."""

    lecture_id: str
    user_id: str
    rule_id: str
    min_percentage: Percentage = pa.Field(nullable=True, ge=0, le=100)
    min_points_absolute: Threshold = pa.Field(nullable=True, ge=0)
    proposed_status: str = pa.Field(isin=["passed", "failed"])
    current_points: Points = pa.Field(ge=0)
    required_points: Points = pa.Field(nullable=True, ge=0)
    current_achievement_ids: Texts
    required_achievement_ids: Texts
    meets_points: bool
    meets_achievements: bool
    deferral_reasons: Texts

    @pa.dataframe_check
    @classmethod
    def rule_asks_for_something(cls, data: PolarsData) -> pl.LazyFrame:
        """One threshold, or achievements, or both; never two thresholds."""
        percentage = pl.col("min_percentage").is_not_null()
        absolute = pl.col("min_points_absolute").is_not_null()
        achievements = pl.col("required_achievement_ids").list.len() > 0
        return data.lazyframe.select(
            ~(percentage & absolute) & (percentage | absolute | achievements)
        )

    @pa.dataframe_check
    @classmethod
    def required_points_are_the_thresholds(cls, data: PolarsData) -> pl.LazyFrame:
        """Those of an absolute threshold, whole ones for a percentage, none without a threshold."""
        required = pl.col("required_points")
        return data.lazyframe.select(
            pl.when(pl.col("min_points_absolute").is_not_null())
            .then(required == pl.col("min_points_absolute"))
            .when(pl.col("min_percentage").is_not_null())
            .then((required % 1 == 0).fill_null(False))
            .otherwise(required.is_null())
        )

    @pa.dataframe_check
    @classmethod
    def points_are_met_when_they_suffice(cls, data: PolarsData) -> pl.LazyFrame:
        """Exact comparison; nothing required is met."""
        suffices = (pl.col("current_points") >= pl.col("required_points")).fill_null(True)
        return data.lazyframe.select(pl.col("meets_points") == suffices)

    @pa.dataframe_check
    @classmethod
    def achievements_are_met_when_all_are(cls, data: PolarsData) -> pl.LazyFrame:
        """None of the required ones is missing among the current ones."""
        required, current = pl.col("required_achievement_ids"), pl.col("current_achievement_ids")
        is_complete = required.list.set_difference(current).list.len() == 0
        return data.lazyframe.select(pl.col("meets_achievements") == is_complete)

    @pa.dataframe_check
    @classmethod
    def passed_is_both(cls, data: PolarsData) -> pl.LazyFrame:
        """Points and achievements, whatever speaks for waiting."""
        both = pl.col("meets_points") & pl.col("meets_achievements")
        return data.lazyframe.select((pl.col("proposed_status") == "passed") == both)

    @pa.dataframe_check
    @classmethod
    def lists_are_sorted(cls, data: PolarsData) -> pl.LazyFrame:
        """Each element once, in order."""
        return data.lazyframe.select(
            is_sorted_set("current_achievement_ids")
            & is_sorted_set("required_achievement_ids")
            & is_sorted_set("deferral_reasons")
        )

    @pa.dataframe_check
    @classmethod
    def reasons_are_of_what_is_open(cls, data: PolarsData) -> pl.LazyFrame:
        """Known reasons; what is met is not waited for."""
        reasons = pl.col("deferral_reasons")
        is_known = reasons.list.set_difference(DEFERRAL_REASONS).list.len() == 0
        waits_for_points = reasons.list.contains("points_pending") & pl.col("meets_points")
        waits_for_grades = reasons.list.contains("achievements_ungraded") & pl.col(
            "meets_achievements"
        )
        return data.lazyframe.select(is_known & ~waits_for_points & ~waits_for_grades)


class Decision(Mart):
    """A certification, standing or not."""

    lecture_id: str
    user_id: str
    status: str = pa.Field(isin=STATUSES)
    source: str = pa.Field(isin=["computed", "manual"])
    certified_by: str = pa.Field(nullable=True)
    certified_at: Moment
    rule_id: str = pa.Field(nullable=True)
    rule_snapshot: str = pa.Field(nullable=True)
    note: str = pa.Field(nullable=True)

    @pa.dataframe_check
    @classmethod
    def somebody_decided(cls, data: PolarsData) -> pl.LazyFrame:
        """Only what is pending was decided by nobody."""
        return data.lazyframe.select(
            (pl.col("status") == "pending") | pl.col("certified_by").is_not_null()
        )

    @pa.dataframe_check
    @classmethod
    def snapshot_is_of_the_rule(cls, data: PolarsData) -> pl.LazyFrame:
        """A rule and its snapshot come together."""
        named = pl.col("rule_snapshot").str.json_path_match("$.rule_id")
        return data.lazyframe.select(named.eq_missing(pl.col("rule_id")))


class CertificationHistory(Decision):
    """`records.certification_history`."""

    certification_id: str


class Certifications(Decision):
    """`records.certifications`."""

    is_stale: bool
    proposed_status: str = pa.Field(nullable=True, isin=["passed", "failed"])
    conflicts: bool

    @pa.dataframe_check
    @classmethod
    def stale_by_a_rule(cls, data: PolarsData) -> pl.LazyFrame:
        """What was decided by no rule is not outdated by one."""
        return data.lazyframe.select(~pl.col("is_stale") | pl.col("rule_id").is_not_null())

    @pa.dataframe_check
    @classmethod
    def conflicts_are_decisions_that_differ(cls, data: PolarsData) -> pl.LazyFrame:
        """Decided, and proposed otherwise."""
        status = pl.col("status")
        differs = (pl.col("proposed_status") != status).fill_null(False)
        return data.lazyframe.select(pl.col("conflicts") == ((status != "pending") & differs))


MODELS: dict[str, type[pa.DataFrameModel]] = {
    "records.certification_proposals": CertificationProposals,
    "records.certifications": Certifications,
    "records.certification_history": CertificationHistory,
}
