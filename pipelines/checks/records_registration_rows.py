"""What each row of registration_preflight, registration_decisions and exam_rosters must satisfy by itself."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from pipelines.checks.mart import Mart, Moment, Texts, is_sorted_set

NOT_PASSED = "certification_not_passed"
PASSED = "certification_passed"
OTHER_REFUSALS = [
    *("course_prerequisite_not_met", "deadline_passed", "institutional_email_mismatch"),
    *("configuration_error", "unknown_kind"),
]
SENTENCE = "Lecture performance certification not passed"


class RegistrationPreflight(Mart):
    """`records.registration_preflight`."""

    registration_event_id: str
    campaign_id: str
    phase: str = pa.Field(isin=["registration", "finalization"])
    event_type: str = pa.Field(isin=["saved", "opened", "finalized"])
    outcome: str = pa.Field(isin=["ok", "warning", "blocked"])
    missing: int = pa.Field(ge=0)
    pending: int = pa.Field(ge=0)
    unresolved_user_ids: Texts
    message: str = pa.Field(nullable=True)

    @pa.dataframe_check
    @classmethod
    def phase_is_the_events(cls, data: PolarsData) -> pl.LazyFrame:
        """Finalization is judged by its own policies."""
        is_finalized = pl.col("event_type") == "finalized"
        return data.lazyframe.select((pl.col("phase") == "finalization") == is_finalized)

    @pa.dataframe_check
    @classmethod
    def saving_warns_and_the_others_block(cls, data: PolarsData) -> pl.LazyFrame:
        """No event is answered in the other's way."""
        is_saved = pl.col("event_type") == "saved"
        other = pl.when(is_saved).then(pl.lit("blocked")).otherwise(pl.lit("warning"))
        return data.lazyframe.select(pl.col("outcome") != other)

    @pa.dataframe_check
    @classmethod
    def users_are_counted(cls, data: PolarsData) -> pl.LazyFrame:
        """Each once, in order; saving lets the pending ones wait."""
        waiting = pl.when(pl.col("event_type") == "saved").then(0).otherwise(pl.col("pending"))
        users = pl.col("unresolved_user_ids")
        return data.lazyframe.select(
            is_sorted_set("unresolved_user_ids") & (users.list.len() == pl.col("missing") + waiting)
        )

    @pa.dataframe_check
    @classmethod
    def unresolved_users_are_not_in_order(cls, data: PolarsData) -> pl.LazyFrame:
        """With one of them it is not `ok`."""
        return data.lazyframe.select(
            (pl.col("outcome") != "ok") | (pl.col("unresolved_user_ids").list.len() == 0)
        )

    @pa.dataframe_check
    @classmethod
    def message_counts_who_blocks(cls, data: PolarsData) -> pl.LazyFrame:
        """And stands only where somebody does."""
        users = pl.col("unresolved_user_ids").list.len()
        message = pl.format("resolve {} certifications", users)
        expected = pl.when((pl.col("outcome") == "blocked") & (users > 0)).then(message)
        return data.lazyframe.select(pl.col("message").eq_missing(expected))


class RegistrationDecisions(Mart):
    """`records.registration_decisions`."""

    registration_event_id: str
    campaign_id: str
    user_id: str
    allowed: bool
    failed_policy_id: str = pa.Field(nullable=True)
    code: str = pa.Field(nullable=True, isin=[PASSED, NOT_PASSED, *OTHER_REFUSALS])
    message: str = pa.Field(nullable=True)
    certification_status: str = pa.Field(
        nullable=True, isin=["missing", "pending", "failed", "passed"]
    )
    policies_evaluated: int = pa.Field(ge=0)

    @pa.dataframe_check
    @classmethod
    def refused_by_a_policy(cls, data: PolarsData) -> pl.LazyFrame:
        """Which has evaluated it, and says why; nobody else was refused."""
        is_refused = pl.col("code").is_in([NOT_PASSED, *OTHER_REFUSALS]).fill_null(False)
        failed = pl.col("failed_policy_id").is_not_null()
        evaluated = ~is_refused | (pl.col("policies_evaluated") > 0)
        return data.lazyframe.select(
            (pl.col("allowed") == ~is_refused) & (failed == is_refused) & evaluated
        )

    @pa.dataframe_check
    @classmethod
    def status_fits_the_code(cls, data: PolarsData) -> pl.LazyFrame:
        """A certification turns away unless it is passed; another policy is reached after a passed one or none."""
        code, status = pl.col("code"), pl.col("certification_status")
        return data.lazyframe.select(
            pl.when(code == NOT_PASSED)
            .then(status.is_in(["missing", "pending", "failed"]).fill_null(False))
            .when(code == PASSED)
            .then((status == "passed").fill_null(False))
            .when(code.is_null())
            .then(status.is_null())
            .otherwise((status == "passed").fill_null(True))
        )

    @pa.dataframe_check
    @classmethod
    def message_is_the_documents(cls, data: PolarsData) -> pl.LazyFrame:
        """One sentence, for one code."""
        expected = pl.when(pl.col("code") == NOT_PASSED).then(pl.lit(SENTENCE))
        return data.lazyframe.select(pl.col("message").eq_missing(expected))


class ExamRosters(Mart):
    """`records.exam_rosters`."""

    campaign_id: str
    user_id: str
    status: str = pa.Field(isin=["on_roster", "rejected"])
    reason: str = pa.Field(nullable=True, isin=[NOT_PASSED])
    finalized_at: Moment

    @pa.dataframe_check
    @classmethod
    def rejected_for_a_reason(cls, data: PolarsData) -> pl.LazyFrame:
        """And nobody else has one."""
        return data.lazyframe.select(
            (pl.col("status") == "rejected") == pl.col("reason").is_not_null()
        )


MODELS: dict[str, type[pa.DataFrameModel]] = {
    "records.registration_preflight": RegistrationPreflight,
    "records.registration_decisions": RegistrationDecisions,
    "records.exam_rosters": ExamRosters,
}
