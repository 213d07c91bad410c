"""Rows of `step_progress`: what a student's work on a step amounts to at a moment.

What belongs here: scores, mastery, time and state of one step. Rows hold exact numbers, and beside the published
columns what the levels above need (`step`, `is_required`, `completion`, `attempts`, `scores`).

Readings, where the documents leave room:
- `started_at`, `last_activity_at`, `time_on_task_ms` and `session_count` are of `started` and `attempted` events
  (*Activity*: teachers' events are none), re-mapped ones included. Time that nobody noted is 0.
- A NULL target says `passed` NULL, attempted or not.
- A reconciled score stands behind attempts of its own moment, for that is the order of the causes (1) to (4).
- The target of a removed step is that of its last version in force.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from assets_tests.progress.oracle_known import ACTIVITY, Known, Row, rounded_root
from assets_tests.progress.oracle_replay import Frame, reaches, target_of

LEVELS = ("not_started", "learning", "proficient", "mastered")
COLUMNS = (
    *("step_id", "student_id", "assignment_id", "is_removed", "state"),
    *("started_at", "completed_at", "last_activity_at"),
    *("attempt_count", "best_score", "latest_score", "target_score", "passed"),
    *("time_on_task_ms", "session_count", "mastery_level", "consistency_score"),
    *("completion_source", "original_score", "original_context", "reconciled_at", "target_source"),
)


def variance_and_mean(scores: Sequence[Decimal]) -> tuple[Fraction, Fraction]:
    """Population variance and mean, exactly."""
    exact = [Fraction(score) for score in scores]
    mean = sum(exact, Fraction(0)) / len(exact)
    return sum(((score - mean) ** 2 for score in exact), Fraction(0)) / len(exact), mean


def consistency(scores: Sequence[Decimal]) -> Decimal | None:
    """Deviation / mean to 9 decimals; NULL below two scores and for a mean of 0."""
    if len(scores) < 2:
        return None
    variance, mean = variance_and_mean(scores)
    return rounded_root(variance / mean**2) if mean else None


def is_consistent(scores: Sequence[Decimal]) -> bool:
    """Whether deviation / mean < 0.15, compared exactly."""
    if len(scores) < 2:
        return False
    variance, mean = variance_and_mean(scores)
    return variance < Fraction(225, 10_000) * mean**2


def mastery_level(scores: Sequence[Decimal], target: Decimal | None) -> str:
    """R003-87..91, from the top down."""
    if not scores:
        return "not_started"
    if target is not None and max(scores) < target * Decimal("0.7"):
        return "learning"
    if target is not None and max(scores) < target:
        return "proficient"
    return "mastered" if is_consistent(scores) else "proficient"


def passed(scores: Sequence[Decimal], target: Decimal | None) -> bool | None:
    """Whether the target was met by a score."""
    if target is None:
        return None
    return bool(scores) and max(scores) >= target


def step_rows(known: Known, frame: Frame, student_id: str) -> dict[str, Row]:
    """The student's steps at a frame's moment, removed ones included."""
    rows = {
        step_id: step_row(known, frame, student_id, step_id, step)
        for step_id, step in frame.steps.items()
    }
    for step_id, removal in frame.removals.items():
        if removal.step["assignment_id"] in frame.given:
            row = step_row(known, frame, student_id, step_id, removal.step)
            rows[step_id] = row | {"is_removed": True}
    for row in rows.values():
        row["state"] = state(row, rows)
    return rows


def state(row: Row, rows: dict[str, Row]) -> str:
    """Complete, begun, locked behind a required and incomplete step, or available."""
    if row["completion"]:
        return "complete"
    if row["started_at"]:
        return "in_progress"
    return "locked" if is_behind(row, rows) else "available"


def is_behind(row: Row, rows: dict[str, Row]) -> bool:
    """Whether a required, incomplete step of lower position of the same assignment is in the way."""
    return any(
        not other["is_removed"]
        and other["assignment_id"] == row["assignment_id"]
        and other["is_required"]
        and not other["completion"]
        and other["step"]["position"] < row["step"]["position"]
        for other in rows.values()
    )


def step_row(known: Known, frame: Frame, student_id: str, step_id: str, step: Row) -> Row:
    """Everything about one step but its state."""
    events = frame.events(step_id)
    activity = [event for event in events if event["event_type"] in ACTIVITY]
    attempts = [event for event in activity if event["event_type"] == "attempted"]
    moments = [event["occurred_at"] for event in activity]
    target, target_source = target_of(step, events)
    completion = frame.completions.get(step_id)
    play = completion.play if completion else None
    dated = [(event["occurred_at"], event["score"]) for event in attempts]
    if completion and play:
        dated.append((completion.at, play["score"]))
    dated.sort(key=lambda scored: scored[0])
    scores = [score for _, score in dated]
    first_passes = reaches(attempts[0]["score"], target) if attempts else None
    return {
        "step_id": step_id,
        "student_id": student_id,
        "assignment_id": step["assignment_id"],
        "is_removed": False,
        "started_at": min(moments, default=None),
        "completed_at": completion.at if completion else None,
        "last_activity_at": max(moments, default=None),
        "attempt_count": len(attempts),
        "best_score": max(scores, default=None),
        "latest_score": scores[-1] if scores else None,
        "target_score": target,
        "passed": passed(scores, target),
        "time_on_task_ms": sum(event["time_on_task_ms"] or 0 for event in activity),
        "session_count": len({event["session_id"] for event in activity} - {None}),
        "mastery_level": mastery_level(scores, target),
        "consistency_score": consistency(scores),
        "completion_source": completion.source if completion else None,
        "original_score": play["score"] if play else None,
        "original_context": play["context"] if play else None,
        "reconciled_at": completion.at if completion and play else None,
        "target_source": target_source,
        "step": step,
        "is_required": known.is_required(step, frame.moment),
        "completion": completion,
        "attempts": attempts,
        "scores": scores,
        "first_attempt_passes": first_passes,
    }


def completed_within(rows: Sequence[Row], after: datetime, until: datetime) -> int:
    """How many of the steps completed in (after, until]."""
    return sum(bool(row["completed_at"]) and after < row["completed_at"] <= until for row in rows)
