"""The cases of the rules of steps, each as a question to a row and its student.

What belongs here: names of cases and how to recognize one, so that a test can count how often worlds meet it. A
property over worlds in which nothing happens would hold without meaning anything.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from assets_tests.progress.oracle_known import Row
from assets_tests.progress.oracle_steps import variance_and_mean
from assets_tests.progress.oracle_students import StudentAt

SEVEN_TENTHS = Decimal("0.7")


def completed_as(row: Row, cause: str, source: str | None) -> bool:
    """Whether a step that is in force completed by this cause."""
    completion = row["completion"]
    return bool(completion) and (completion.cause, completion.source) == (cause, source)


def deviates_by(row: Row, square: Fraction) -> bool:
    """Whether deviation / mean is exactly the root of a number."""
    variance, average = variance_and_mean(row["scores"] or [Decimal(0)])
    return average > 0 and variance == square * average**2


def is_near(row: Row, share: Decimal) -> str | None:
    """Where the best score lies: just `below` a share of the target, `at` it, or neither."""
    if not row["scores"] or not row["target_score"]:
        return None
    edge = row["target_score"] * share
    return {edge: "at", edge - Decimal("0.0001"): "below"}.get(row["best_score"])


STEP_CASES: dict[str, Callable[[StudentAt, Row], object]] = {
    **{
        f"a step is {state}": lambda _, row, state=state: row["state"] == state
        for state in ("locked", "available", "in_progress", "complete")
    },
    **{
        f"mastery is {level}": lambda _, row, level=level: row["mastery_level"] == level
        for level in ("not_started", "learning", "mastered")
    },
    **{
        f"passed is {value}": lambda _, row, value=value: row["passed"] is value
        for value in (None, True, False)
    },
    **{
        f"the best score is {place} {share} of the target": lambda _, row, place=place, share=share: (
            is_near(row, share) == place
        )
        for place in ("at", "below")
        for share in (SEVEN_TENTHS, Decimal(1))
    },
    "proficient below the target": lambda _, row: (
        row["mastery_level"] == "proficient" and row["passed"] is False
    ),
    "proficient above the target": lambda _, row: (
        row["mastery_level"] == "proficient" and row["passed"]
    ),
    "mastered without a target": lambda _, row: (
        row["mastery_level"] == "mastered" and row["target_score"] is None
    ),
    "deviation is exactly 0.15 of the mean": lambda _, row: (
        row["passed"] and deviates_by(row, Fraction(225, 10_000))
    ),
    "all scores are 0": lambda _, row: len(row["scores"]) > 1 and not any(row["scores"]),
    "the target is 0": lambda _, row: row["target_score"] == 0 and row["state"] == "complete",
    "complete without a target": lambda _, row: (
        row["target_score"] is None and row["state"] == "complete"
    ),
    "a teacher set the target": lambda _, row: row["target_source"] == "teacher",
    "complete by a score": lambda _, row: completed_as(row, "score", "fresh_attempt"),
    "complete by a teacher": lambda _, row: completed_as(row, "teacher", "teacher_override"),
    "complete by a free play": lambda _, row: completed_as(
        row, "free_play", "free_play_reconciled"
    ),
    "complete by being passed by": lambda _, row: completed_as(row, "passed_by", None),
    "complete by a score on a removed step": lambda _, row: completed_as(
        row, "score", "system_migration"
    ),
    "complete by an override of a removed step": lambda _, row: completed_as(
        row, "teacher", "system_migration"
    ),
    "complete although no longer passed": lambda _, row: (
        completed_as(row, "score", "fresh_attempt") and row["passed"] is False
    ),
    "complete when a target came down": lambda _, row: (
        completed_as(row, "score", "fresh_attempt")
        and all(event["occurred_at"] != row["completed_at"] for event in row["attempts"])
    ),
    "passed by when it became optional": lambda student, row: (
        completed_as(row, "passed_by", None)
        and (was := student.replay.just_before(row["completed_at"]).steps.get(row["step_id"]))
        and was["is_required"]
    ),
    "passed by because its game is deprecated": lambda student, row: (
        completed_as(row, "passed_by", None)
        and row["step"]["is_required"]
        and student.known.is_deprecated(row["step"], student.at)
    ),
    "attempted after a free play": lambda _, row: (
        row["reconciled_at"]
        and row["attempt_count"]
        and row["latest_score"] != row["original_score"]
    ),
    "a free play beats the attempts before it": lambda _, row: (
        row["reconciled_at"] and row["attempt_count"] and row["best_score"] == row["original_score"]
    ),
    "a free play waits for the start": lambda _, row: (
        row["reconciled_at"] and row["completion"].play["occurred_at"] < row["reconciled_at"]
    ),
    "a free play of another context": lambda _, row: (
        row["original_context"] == "previous_assignment"
    ),
    "removed, never begun": lambda student, row: (
        row["is_removed"] and not student.frame.removals[row["step_id"]].was_begun
    ),
    "removed and complete before": lambda _, row: (
        row["is_removed"] and row["completion"].cause != "removal"
    ),
    "removed and complete by that": lambda _, row: completed_as(row, "removal", "system_migration"),
    "complete by a removal and back": lambda _, row: (
        not row["is_removed"] and completed_as(row, "removal", "system_migration")
    ),
    "a removed step counts for another": lambda student, row: (
        row["step_id"] in student.frame.counted_for
    ),
    "its only work was on a removed step": lambda student, row: (
        row["step_id"] in student.frame.counted_for
        and row["attempt_count"]
        and row["step_id"] not in student.frame.own_events
    ),
    "a removed step counts for none of two": lambda student, row: (
        row["is_removed"]
        and student.frame.removals[row["step_id"]].was_begun
        and row["step"]["stage"]
        and sum(
            all(other["step"][name] == row["step"][name] for name in ("stage", "element_id"))
            and other["assignment_id"] == row["assignment_id"]
            for other in student.steps_in_force
        )
        == 2
    ),
    "moved here from another assignment": lambda student, row: (
        not row["is_removed"]
        and any(
            frame.steps.get(row["step_id"], row["step"])["assignment_id"] != row["assignment_id"]
            for frame in student.replay.frames
            if frame.moment < student.at
        )
    ),
    "completed long before it was given again": lambda student, row: (
        row["completion"]
        and any(
            row["step_id"] not in frame.steps and frame.moment > row["completed_at"]
            for frame in student.replay.frames
            if frame.moment < student.at
        )
        and not row["is_removed"]
    ),
    "several events of one moment": lambda _, row: (
        len({event["occurred_at"] for event in row["attempts"]}) < len(row["attempts"])
    ),
    "worked on before it was the student's": lambda _, row: (
        row["started_at"]
        and not row["is_removed"]
        and row["started_at"] < row["step"]["effective_at"]
    ),
    "exactly five attempts, not passed": lambda _, row: (
        row["attempt_count"] == 5 and row["passed"] is False and row["state"] != "complete"
    ),
    "equal positions do not lock": lambda student, row: (
        row["state"] == "available"
        and any(
            other["step"]["position"] == row["step"]["position"]
            and other["assignment_id"] == row["assignment_id"]
            and other["is_required"]
            and other["state"] != "complete"
            for other in student.steps_in_force
            if other is not row
        )
    ),
}
