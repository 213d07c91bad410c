"""Rows of `assignment_progress`, `sequence_progress` and `concept_mastery` at a moment, each from its steps.

What belongs here: counts, mastery, pacing and estimates of a student's assignments and sequences, and the rule of
concepts. Rows hold exact numbers and, beside the published columns, what the levels above need.

Readings, where the documents leave room:
- `completed_at` of a complete assignment without a required step is NULL: there is none to take it from.
- `mastery_score` takes a deprecated step like any optional one (it is never required): only with a score.
- `current_assignment_id` goes by status `in_progress`, so an archived assignment is never current.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import ceil

from assets_tests.progress.oracle_known import Known, Row, by_bytes, mean
from assets_tests.progress.oracle_replay import Given
from assets_tests.progress.oracle_steps import LEVELS, completed_within

WEIGHTS = {
    "learn": Fraction(1, 2),
    "play": Fraction(1),
    "quiz": Fraction(2),
    "challenge": Fraction(3, 2),
    "review": Fraction(1),
}
COLOURS = {"ahead": "green", "on_track": "yellow", "behind": "orange", "at_risk": "red"}
FOUR_WEEKS = timedelta(days=28)
ASSIGNMENT_COLUMNS = (
    *("assignment_id", "student_id", "sequence_id", "status", "completion_percentage"),
    *("steps_total", "steps_required", "steps_completed", "steps_in_progress", "steps_locked"),
    *("started_at", "completed_at", "due_at", "estimated_completion_date", "time_on_task_ms"),
    *("average_score", "mastery_score", "pass_rate", "next_step_id", "next_step_due_at"),
    *("steps_per_week", "pacing_status", "expected_percentage", "colour"),
)
SEQUENCE_COLUMNS = (
    *("sequence_id", "student_id", "completion_percentage", "assignments_total"),
    *("assignments_completed", "current_assignment_id", "started_at"),
    *("estimated_completion_date", "overall_mastery_score", "concepts_mastered"),
    *("concepts_in_progress", "remediation_count", "review_compliance_rate"),
)
CONCEPT_COLUMNS = (
    *("student_id", "concept_id", "mastery_level", "best_score", "attempts", "last_activity_at"),
)


def percentage(part: int, whole: int) -> Fraction | None:
    """100 x part / whole; NULL of nothing."""
    return Fraction(100 * part, whole) if whole else None


def complete(rows: Iterable[Row]) -> list[Row]:
    """The complete ones."""
    return [row for row in rows if row["state"] == "complete"]


def completion_percentage(steps: Sequence[Row]) -> Fraction:
    """Complete required / required steps; without required ones 100, without steps 0."""
    required = [row for row in steps if row["is_required"]]
    if required:
        return Fraction(100 * len(complete(required)), len(required))
    return Fraction(100 if steps else 0)


def mastery_score(steps: Sequence[Row]) -> Fraction | None:
    """Weighted best scores: every required step with a stage, each optional one with a score."""
    weighed = [
        (WEIGHTS[row["step"]["stage"]], Fraction(row["best_score"] or 0))
        for row in steps
        if row["step"]["stage"] and (row["is_required"] or row["best_score"] is not None)
    ]
    total = sum(weight for weight, _ in weighed)
    return sum(weight * score for weight, score in weighed) / total if weighed else None


def remaining(steps: Iterable[Row]) -> int:
    """The required steps that are not complete."""
    return sum(row["is_required"] and row["state"] != "complete" for row in steps)


def estimated_completion_date(steps: Sequence[Row], at: datetime) -> date | None:
    """The day when what remains is done at the rate of the last 28 days."""
    rate = Fraction(completed_within(steps, at - FOUR_WEEKS, at), 4)
    if not rate or not remaining(steps):
        return None
    return at.date() + timedelta(days=ceil(7 * remaining(steps) / rate))


def expected_percentage(given: Given, at: datetime) -> Fraction | None:
    """How far along the student should be, in exact time."""
    if given.end is None:
        return None
    if given.end <= given.start:
        return Fraction(100)
    elapsed, total = at - given.start, given.end - given.start
    share = Fraction(elapsed // timedelta(microseconds=1), total // timedelta(microseconds=1))
    return 100 * min(max(share, Fraction(0)), Fraction(1))


def pacing_status(actual: Fraction, expected: Fraction | None) -> str:
    """The band of actual - expected in percentage points."""
    if expected is None:
        return "on_track"
    difference = actual - expected
    if difference >= 20:
        return "ahead"
    if difference >= -10:
        return "on_track"
    return "behind" if difference >= -30 else "at_risk"


def assignment_row(
    known: Known, given: Given, steps: Sequence[Row], student_id: str, at: datetime
) -> Row:
    """One assignment of a student, over its steps in force."""
    required = [row for row in steps if row["is_required"]]
    is_complete = bool(steps) and not remaining(steps)
    begun = [row for row in steps if row["state"] in ("in_progress", "complete")]
    status = "in_progress" if begun else "not_started"
    if is_complete:
        status = "complete"
    if given.is_archived:
        status = "archived"
    actual, expected = completion_percentage(steps), expected_percentage(given, at)
    pacing = pacing_status(actual, expected)
    attempted = [row for row in steps if row["attempt_count"]]
    open_steps = [row for row in required if row["state"] != "complete"]
    following = min(
        open_steps,
        key=lambda row: (row["step"]["position"], row["step_id"].encode()),
        default=None,
    )
    started = [row["started_at"] for row in steps if row["started_at"]]
    completed = [row["completed_at"] for row in required] if is_complete else []
    scored = [row["best_score"] for row in complete(steps) if row["best_score"] is not None]
    return {
        "assignment_id": given.assignment["assignment_id"],
        "student_id": student_id,
        "sequence_id": known.sequence_id(given.assignment, at),
        "status": status,
        "completion_percentage": actual,
        "steps_total": len(steps),
        "steps_required": len(required),
        "steps_completed": len(complete(steps)),
        "steps_in_progress": sum(row["state"] == "in_progress" for row in steps),
        "steps_locked": sum(row["state"] == "locked" for row in steps),
        "started_at": min(started, default=None),
        "completed_at": max(completed, default=None),
        "due_at": given.due_at,
        "estimated_completion_date": estimated_completion_date(steps, at),
        "time_on_task_ms": sum(row["time_on_task_ms"] for row in steps),
        "average_score": mean(scored),
        "mastery_score": mastery_score(steps),
        "pass_rate": percentage(
            sum(row["first_attempt_passes"] for row in attempted), len(attempted)
        ),
        "next_step_id": following["step_id"] if following else None,
        "next_step_due_at": following["step"]["due_at"] if following else None,
        "steps_per_week": Fraction(completed_within(steps, at - FOUR_WEEKS, at), 4),
        "pacing_status": pacing,
        "expected_percentage": expected,
        "colour": "green" if is_complete else COLOURS[pacing],
        "given": given,
        "steps": steps,
        "is_complete": is_complete,
        "is_active": not is_complete and not given.is_archived,
        "has_progress": bool(begun),
        "steps_remaining": remaining(steps),
    }


def sequence_row(sequence_id: str, assignments: Sequence[Row], at: datetime) -> Row:
    """One sequence of a student, over the student's assignments in it."""
    steps = [step for assignment in assignments for step in assignment["steps"]]
    concepts = concept_rows(steps)
    in_progress = [row for row in assignments if row["status"] == "in_progress"]
    current = min(in_progress, key=place_in_sequence, default=None)
    started = [row["started_at"] for row in assignments if row["started_at"]]
    reviews = [
        row
        for row in steps
        if row["step"]["stage"] == "review"
        and row["step"]["due_at"] is not None
        and (row["state"] == "complete" or row["step"]["due_at"] < at)
    ]
    on_time = [row for row in complete(reviews) if row["completed_at"] <= row["step"]["due_at"]]
    compliance = percentage(len(on_time), len(reviews))
    return {
        "sequence_id": sequence_id,
        "student_id": assignments[0]["student_id"],
        "completion_percentage": completion_percentage(steps),
        "assignments_total": len(assignments),
        "assignments_completed": sum(row["is_complete"] for row in assignments),
        "current_assignment_id": current["assignment_id"] if current else None,
        "started_at": min(started, default=None),
        "estimated_completion_date": estimated_completion_date(steps, at),
        "overall_mastery_score": mastery_score(steps),
        "concepts_mastered": by_bytes(row["concept_id"] for row in concepts if row["is_mastered"]),
        "concepts_in_progress": by_bytes(
            row["concept_id"] for row in concepts if row["is_in_progress"]
        ),
        "remediation_count": sum(row["step"]["is_remediation"] for row in steps),
        "review_compliance_rate": Fraction(100) if compliance is None else compliance,
        "time_on_task_ms": sum(row["time_on_task_ms"] for row in assignments),
        "reviews": len(reviews),
    }


def place_in_sequence(assignment: Row) -> tuple[bool, int, bytes]:
    """The order of a sequence: position, none last, then the id."""
    position = assignment["given"].assignment["position"]
    return position is None, position or 0, assignment["assignment_id"].encode()


def concept_rows(steps: Sequence[Row]) -> list[Row]:
    """The concepts of some steps of one student."""
    found = by_bytes({row["step"]["concept_id"] for row in steps} - {None})
    return [
        concept_row(concept_id, [row for row in steps if row["step"]["concept_id"] == concept_id])
        for concept_id in found
    ]


def concept_row(concept_id: str, steps: Sequence[Row]) -> Row:
    """One concept, over the student's steps in force with it."""
    decisive = [row for row in steps if row["is_required"] and row["step"]["stage"] == "quiz"]
    is_mastered = bool(decisive) and all(row["mastery_level"] == "mastered" for row in decisive)
    # Without being mastered by the rule, a mastered step is worth `proficient`.
    highest = max(LEVELS.index(row["mastery_level"]) for row in steps)
    level = "mastered" if is_mastered else LEVELS[min(highest, LEVELS.index("proficient"))]
    scores = [row["best_score"] for row in steps if row["best_score"] is not None]
    moments = [row["last_activity_at"] for row in steps if row["last_activity_at"]]
    return {
        "student_id": steps[0]["student_id"],
        "concept_id": concept_id,
        "mastery_level": level,
        "best_score": max(scores, default=None),
        "attempts": sum(row["attempt_count"] for row in steps),
        "last_activity_at": max(moments, default=None),
        "is_mastered": is_mastered,
        "is_in_progress": not is_mastered and bool(scores),
        "steps": steps,
    }
