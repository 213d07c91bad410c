"""What each row of the history of progress must satisfy by itself: risk, interventions, snapshots, events, oddities.

Belongs here: the columns of these tables and what must hold between the values of one row. Not here: what must agree
between tables (`progress_history.py`).
"""

from __future__ import annotations

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from pipelines.checks.mart import Mart, Moment, Texts, is_sorted_set
from pipelines.checks.progress_fields import are_risk_factors, count, percentage

HASH = r"^[0-9a-f]{64}$"

# Per scope, the notes that its snapshots have, and the beginning of what they hold.
NOTES = {
    "step": ["completed"],
    "assignment": [
        *("started", "completed", "milestone_25", "milestone_50", "milestone_75", "milestone_100"),
        *("daily", "teacher_review", "before_migration"),
    ],
    "sequence": ["weekly"],
    "student": ["daily", "weekly", "at_risk", "not_at_risk"],
}
TRIGGERS = {
    "scheduled": ["daily", "weekly"],
    "manual": ["teacher_review", "before_migration"],
    "intervention": ["at_risk", "not_at_risk"],
}
# Of each scope's state and each event's properties the first and the last key: enough to see one taken for another, and
# cheap for millions of rows. The keys between them, and their order, are shown by the marts' unit tests.
STATES = {
    "step": ("state", "time_on_task_ms"),
    "assignment": ("status", "time_on_task_ms"),
    "sequence": ("assignments_completed", "time_on_task_ms"),
    "student": ("active_assignments", "risk_factors"),
}
PROPERTIES = {
    "step_progress_updated": ("step_id", "completion_source"),
    "assignment_progress_milestone": ("assignment_id", "steps_remaining"),
    "sequence_progress_milestone": ("sequence_id", "concepts_mastered_count"),
    "student_at_risk_detected": ("student_id", "intervention_recommended"),
    "progress_snapshot_created": ("snapshot_id", "mastery_score"),
    "progress_reconciled": ("assignment_id", "new_completion_percentage"),
}


def _holds(column: str, keys: tuple[str, str]) -> pl.Expr:
    """Whether a JSON object begins with the first of these keys, and has the last."""
    first, last = keys
    text = pl.col(column)
    return text.str.starts_with(f'{{"{first}":') & text.str.contains(f',"{last}":', literal=True)


def _by(column: str, cases: dict[str, pl.Expr]) -> pl.Expr:
    """The expression of the case that a column names; false for any other."""
    chosen = pl.lit(False)
    for name, expression in cases.items():
        chosen = pl.when(pl.col(column) == name).then(expression).otherwise(chosen)
    return chosen


class StudentRiskHistory(Mart):
    """`progress.student_risk_history`."""

    student_id: str
    risk_factors: Texts
    at_risk: bool
    changed: bool = pa.Field(eq=True)
    risk_date: pl.Date

    @pa.dataframe_check
    @classmethod
    def at_risk_is_with_a_factor(cls, data: PolarsData) -> pl.LazyFrame:
        """A flag has a factor, a factor its number, and no factor no flag."""
        return data.lazyframe.select(
            ((pl.col("risk_factors").list.len() > 0) == pl.col("at_risk"))
            & are_risk_factors("risk_factors")
        )


class Interventions(Mart):
    """`progress.interventions`."""

    student_id: str
    risk_factors: Texts
    teacher_ids: Texts
    recommended_concepts: Texts
    recommended_games: Texts
    offer: str = pa.Field(nullable=True, isin=["extend_due_dates", "reduce_scope"])
    audience: Texts
    risk_date: pl.Date

    @pa.dataframe_check
    @classmethod
    def lists_are_sorted_sets(cls, data: PolarsData) -> pl.LazyFrame:
        """Whom to tell and what to do, each once and in order."""
        names = ("teacher_ids", "recommended_concepts", "recommended_games", "audience")
        return data.lazyframe.select(pl.all_horizontal([is_sorted_set(name) for name in names]))

    @pa.dataframe_check
    @classmethod
    def offer_is_for_being_behind(cls, data: PolarsData) -> pl.LazyFrame:
        """There are factors, and an offer exactly with one of pace (R003-158)."""
        factors = pl.col("risk_factors")
        is_behind = factors.list.eval(pl.element().str.starts_with("behind_pace_")).list.any()
        return data.lazyframe.select(
            (factors.list.len() > 0)
            & are_risk_factors("risk_factors")
            & (pl.col("offer").is_not_null() == is_behind.fill_null(False))
        )


class ProgressSnapshots(Mart):
    """`progress.progress_snapshots`."""

    snapshot_id: str = pa.Field(str_matches=HASH)
    student_id: str
    scope_type: str = pa.Field(isin=list(NOTES))
    scope_id: str
    trigger: str = pa.Field(isin=["scheduled", "manual", "milestone", "intervention"])
    notes: str
    state_snapshot: str
    completion_percentage: float = percentage(nullable=True)
    mastery_score: float = percentage(nullable=True)
    time_on_task_ms: int = count()
    snapshot_date: pl.Date
    snapshot_at: Moment

    @pa.dataframe_check
    @classmethod
    def notes_are_the_scopes_and_triggers(cls, data: PolarsData) -> pl.LazyFrame:
        """`monthly`, or what a snapshot of this scope and trigger is taken for (G003-27)."""
        notes = pl.col("notes")
        of_scope = _by("scope_type", {scope: notes.is_in(known) for scope, known in NOTES.items()})
        scheduled = [note for known in TRIGGERS.values() for note in known]
        of_trigger = _by(
            "trigger",
            {name: notes.is_in(known) for name, known in TRIGGERS.items()}
            | {"milestone": ~notes.is_in(scheduled)},
        )
        return data.lazyframe.select((notes == "monthly") | (of_scope & of_trigger))

    @pa.dataframe_check
    @classmethod
    def state_has_the_scopes_keys(cls, data: PolarsData) -> pl.LazyFrame:
        """The keys of the scope; the metrics beside the state are those the scope has."""
        has_percentage = pl.col("completion_percentage").is_not_null()
        is_pooled = pl.col("scope_type").is_in(["assignment", "sequence"])
        cases = {scope: _holds("state_snapshot", keys) for scope, keys in STATES.items()}
        return data.lazyframe.select(
            _by("scope_type", cases)
            & (has_percentage == is_pooled)
            & ((pl.col("scope_type") != "step") | pl.col("mastery_score").is_null())
        )

    @pa.dataframe_check
    @classmethod
    def date_is_the_moments(cls, data: PolarsData) -> pl.LazyFrame:
        """The UTC day; a scheduled one, unless it has become monthly, is taken at midnight."""
        at = pl.col("snapshot_at")
        is_scheduled = pl.col("notes").is_in(["daily", "weekly"])
        return data.lazyframe.select(
            (at.dt.date() == pl.col("snapshot_date"))
            & (~is_scheduled | (at.dt.truncate("1d") == at))
        )


class ProgressEvents(Mart):
    """`progress.progress_events`."""

    event_id: str = pa.Field(str_matches=HASH)
    event: str = pa.Field(isin=list(PROPERTIES))
    student_id: str
    assignment_id: str = pa.Field(nullable=True)
    sequence_id: str = pa.Field(nullable=True)
    step_id: str = pa.Field(nullable=True)
    properties: str
    occurred_at: Moment

    @pa.dataframe_check
    @classmethod
    def properties_are_the_documented_ones(cls, data: PolarsData) -> pl.LazyFrame:
        """The event's keys (R003-169..176)."""
        cases = {event: _holds("properties", keys) for event, keys in PROPERTIES.items()}
        return data.lazyframe.select(_by("event", cases))

    @pa.dataframe_check
    @classmethod
    def ids_are_there_for_what_it_speaks_of(cls, data: PolarsData) -> pl.LazyFrame:
        """A step lies in an assignment; what speaks of a step or an assignment names it."""
        step, assignment, sequence = (
            pl.col(name).is_not_null() for name in ("step_id", "assignment_id", "sequence_id")
        )
        needed = {name: pl.lit(True) for name in PROPERTIES} | {
            "step_progress_updated": step,
            "progress_reconciled": step,
            "assignment_progress_milestone": assignment,
            "sequence_progress_milestone": sequence,
        }
        return data.lazyframe.select(_by("event", needed) & (~step | assignment))


class ProgressInconsistencies(Mart):
    """`progress.progress_inconsistencies`."""

    inconsistency_id: str = pa.Field(str_matches=HASH)
    kind: str = pa.Field(
        isin=[
            *("attempt_while_locked", "event_before_assigned", "event_before_step_existed"),
            *("event_on_archived", "time_longer_than_elapsed", "completed_before_started"),
            *("completion_above_100", "negative_time"),
        ]
    )
    scope_type: str = pa.Field(isin=["step", "assignment"])
    scope_id: str
    student_id: str
    detail: str = pa.Field(str_matches=r"^\{.+\}$")
    repaired: bool


HISTORY_MODELS: dict[str, type[pa.DataFrameModel]] = {
    "progress.student_risk_history": StudentRiskHistory,
    "progress.interventions": Interventions,
    "progress.progress_snapshots": ProgressSnapshots,
    "progress.progress_events": ProgressEvents,
    "progress.progress_inconsistencies": ProgressInconsistencies,
}
