"""The cases of the rules of assignments and students, each as a question.

What belongs here: names of cases and how to recognize one, so that a test can count how often worlds meet it. A
property over worlds in which nothing happens would hold without meaning anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from assets_tests.progress.cases_of_steps import STEP_CASES
from assets_tests.progress.oracle import Judgement
from assets_tests.progress.oracle_assignments import COLOURS
from assets_tests.progress.oracle_known import Row, mean
from assets_tests.progress.oracle_risk import last_scores
from assets_tests.progress.oracle_students import StudentAt


def difference(row: Row) -> Fraction | None:
    """Actual - expected."""
    if row["expected_percentage"] is None:
        return None
    return row["completion_percentage"] - row["expected_percentage"]


ASSIGNMENT_CASES: dict[str, Callable[[StudentAt, Row], object]] = {
    **{
        f"an assignment is {status}": lambda _, row, status=status: row["status"] == status
        for status in ("not_started", "in_progress", "complete", "archived")
    },
    **{
        f"its pace is {pace}": lambda _, row, pace=pace: row["pacing_status"] == pace
        for pace in COLOURS
    },
    **{
        f"its colour is {colour}": lambda _, row, colour=colour: row["colour"] == colour
        for colour in COLOURS.values()
    },
    **{
        f"actual - expected is exactly {edge}": lambda _, row, edge=edge: difference(row) == edge
        for edge in (20, -10, -30, -50)
    },
    "complete, though red by pace": lambda _, row: (
        row["is_complete"] and row["pacing_status"] != "ahead"
    ),
    "archived and complete": lambda _, row: row["status"] == "archived" and row["is_complete"],
    "archived and incomplete": lambda _, row: (
        row["status"] == "archived" and not row["is_complete"]
    ),
    "without an end": lambda _, row: row["expected_percentage"] is None,
    "it ends before it starts": lambda _, row: (
        row["given"].end is not None and row["given"].end <= row["given"].start
    ),
    "it starts in the future": lambda student, row: row["given"].start > student.at,
    "without steps": lambda _, row: not row["steps_total"],
    "with optional steps only": lambda _, row: row["steps_total"] and not row["steps_required"],
    "more steps complete than required": lambda _, row: (
        row["steps_completed"] > row["steps_required"] > 0
    ),
    "an optional step with a score weighs": lambda _, row: any(
        not step["is_required"] and step["best_score"] is not None for step in row["steps"]
    ),
    "no attempt to pass": lambda _, row: row["pass_rate"] is None,
    "some first attempts pass": lambda _, row: 0 < (row["pass_rate"] or 0) < 100,
    "an estimate": lambda _, row: row["estimated_completion_date"],
    "a next step with a due date": lambda _, row: row["next_step_due_at"],
    "two next steps of one position": lambda _, row: (
        row["next_step_id"]
        and len(
            positions := [
                step["step"]["position"]
                for step in row["steps"]
                if step["is_required"] and step["state"] != "complete"
            ]
        )
        > len(set(positions))
    ),
    "the student's own due date": lambda _, row: row["given"].student["due_at"],
    "no sequence in force": lambda _, row: (
        row["given"].assignment["sequence_id"] and not row["sequence_id"]
    ),
}

STUDENT_CASES: dict[str, Callable[[StudentAt], object]] = {
    **{
        f"at risk: {factor}": lambda student, factor=factor: any(
            found.startswith(factor) for found in student.risk.factors
        )
        for factor in ("behind_pace", "low_mastery", "inactive", "stuck_on_step", "high_score")
    },
    **{
        f"idle for exactly {days} days": lambda student, days=days: student.idle_days == days
        for days in (7, 8)
    },
    "idle without any activity": lambda student: (
        student.idle_days is not None and not student.activity and student.idle_days > 7
    ),
    "idle without an active assignment": lambda student: (
        student.assignments and student.idle_days is None
    ),
    "the last five steps average exactly 60": lambda student: (
        mean(last_scores(student.steps_in_force)) == 60
    ),
    "more than five steps completed with a score": lambda student: (
        sum(
            row["best_score"] is not None and bool(row["completion"])
            for row in student.steps_in_force
        )
        > 5
    ),
    "scores deviate by exactly 0.3": lambda student: (
        mean(
            row["consistency_score"]
            for row in student.steps_in_force
            if len(row["scores"]) >= 3
            if row["consistency_score"] is not None
        )
        == Fraction(3, 10)
    ),
    "a streak to today": lambda student: (
        student.streak_days > 1 and student.at.date() in student.active_days
    ),
    "a streak to yesterday": lambda student: (
        student.streak_days and student.at.date() not in student.active_days
    ),
    "active, but no streak": lambda student: student.activity and not student.streak_days,
    "concepts mastered": lambda student: student.summary["concepts_mastered_count"],
    "a game played this week": lambda student: student.summary["games_played_this_week"],
    "a step completed this week": lambda student: student.summary["steps_completed_this_week"],
    "badges": lambda student: student.summary["badges_earned"] > 1,
    "a teacher with an assignment": lambda student: (
        student.assignments and student.user and student.user["role"] != "student"
    ),
    "a student without a user": lambda student: student.assignments and student.user is None,
    "a student without an assignment": lambda student: (
        student.is_student and not student.assignments
    ),
    "active, but no student": lambda student: student.activity and not student.is_student,
    "a play of a game that is gone": lambda student: (
        len(student.known.happened("free_play_scores", student.student_id, student.at))
        > sum(row["event_type"] == "played" for row in student.activity)
    ),
    "an event on a step that is gone": lambda student: any(
        row["event_type"] != "played"
        and (row["step_id"],) not in student.known.in_force("steps", student.at)
        for row in student.activity
    ),
    "an assignment taken away": lambda student: (
        len({assignment for frame in student.replay.frames for assignment in frame.given})
        > len(student.assignments)
    ),
    "a sequence with a current assignment": lambda student: any(
        row["current_assignment_id"] for row in student.sequences.values()
    ),
    "a sequence of several assignments": lambda student: any(
        row["assignments_total"] > 1 for row in student.sequences.values()
    ),
    "a sequence with concepts of both kinds": lambda student: any(
        row["concepts_mastered"] and row["concepts_in_progress"]
        for row in student.sequences.values()
    ),
    "a sequence with remediation": lambda student: any(
        row["remediation_count"] for row in student.sequences.values()
    ),
    "reviews partly on time": lambda student: any(
        0 < row["review_compliance_rate"] < 100 for row in student.sequences.values()
    ),
    "reviews never on time": lambda student: any(
        row["review_compliance_rate"] == 0 for row in student.sequences.values()
    ),
    "a review due this very moment": lambda student: any(
        row["step"]["stage"] == "review"
        and row["step"]["due_at"] == student.at
        and row["state"] != "complete"
        for row in student.steps_in_force
    ),
    "a concept mastered in one step, not by the rule": lambda student: any(
        row["mastery_level"] == "proficient"
        and any(step["mastery_level"] == "mastered" for step in row["steps"])
        for row in student.concepts
    ),
}


PRESENT_CASES = {*STEP_CASES, *ASSIGNMENT_CASES, *STUDENT_CASES}


def present_cases(judgement: Judgement) -> Iterator[str]:
    """The cases of everybody's present."""
    for student in judgement.everybody:
        for name, holds in STUDENT_CASES.items():
            if holds(student):
                yield name
        for rows, cases in (
            (student.steps, STEP_CASES),
            (student.assignments, ASSIGNMENT_CASES),
        ):
            for row in rows.values():
                for name, is_met in cases.items():
                    if is_met(student, row):
                        yield name
