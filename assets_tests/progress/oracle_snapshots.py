"""Snapshots: which there are, what each holds, and which of them are kept.

What belongs here: `progress_snapshots`, before and after retention.

Readings, where the documents leave room:
- Moments inside an id are ISO UTC with microseconds and `Z`, as the records domain writes them in JSON.
- `before_migration` is taken a microsecond before the change (it is "just before"), once per assignment and moment,
  where a step of the assignment was in progress or complete then.
- `daily` and `weekly` go by the activity that the midnight itself knows of; `daily` takes every assignment and
  `weekly` every sequence that the student has at that midnight, `notes` being these words. Who is no student at the
  midnight has no snapshot of scope `student`; who stops being one while at risk has `not_at_risk` with 0 and NULL.
- A step's `completed` is taken for every completion but that of a removal.
- `teacher_review` is of the step's assignment if the student has that step then; two at one moment are one.
- The columns take what the scope has: a step only `time_on_task_ms`; a sequence and a student
  `overall_mastery_score` as `mastery_score`; a student no `completion_percentage`; a sequence's time is that of its
  assignments.
- Expired is what is as old as the limit ("the last n days" begin after it). Of what expired of a month its last
  stays, ties to the larger id, with the note `monthly` (students too) and the id of the row as it then is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from assets_tests.progress.oracle_history import (
    assignment_milestones,
    content_changes,
    firsts,
    risk_changes,
)
from assets_tests.progress.oracle_known import Row
from assets_tests.progress.oracle_students import ONE_DAY, Person, StudentAt, midnight, sunday

RETENTION_DAYS = {"step": 90, "assignment": 365, "sequence": 1095, "student": 365}


def iso(moment: datetime) -> str:
    """A moment as text."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def digest(*parts: str) -> str:
    """Lower-case hex SHA-256 of texts joined by U+001F."""
    return hashlib.sha256("\u001f".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Snapshot:
    """A row of progress_snapshots, and the ids of what it belongs to."""

    scope_type: str
    scope_id: str
    student_id: str
    at: datetime
    trigger: str
    notes: str
    state: dict[str, Any]
    completion_percentage: Fraction | None
    mastery_score: Fraction | None
    time_on_task_ms: int
    assignment_id: str | None = None
    sequence_id: str | None = None

    @property
    def id(self) -> str:
        """The hash of what makes it this one."""
        scope = (self.scope_type, self.scope_id, self.student_id)
        return digest(*scope, iso(self.at), self.trigger, self.notes)

    def row(self) -> Row:
        """The published row."""
        return {
            "snapshot_id": self.id,
            "snapshot_date": self.at.date(),
            "snapshot_at": self.at,
            "student_id": self.student_id,
            "scope_type": self.scope_type,
            "scope_id": self.scope_id,
            "trigger": self.trigger,
            "notes": self.notes,
            "state_snapshot": self.state,
            "completion_percentage": self.completion_percentage,
            "mastery_score": self.mastery_score,
            "time_on_task_ms": self.time_on_task_ms,
        }


def of_step(student: StudentAt, step_id: str) -> Snapshot:
    """A step when it completes."""
    row = student.steps[step_id]
    keys = ("state", "attempt_count", "best_score", "latest_score", "mastery_level")
    return Snapshot(
        "step",
        step_id,
        student.student_id,
        student.at,
        "milestone",
        "completed",
        {key: row[key] for key in (*keys, "time_on_task_ms")},
        None,
        None,
        row["time_on_task_ms"],
        row["assignment_id"],
        student.assignments[row["assignment_id"]]["sequence_id"],
    )


def of_assignment(student: StudentAt, assignment_id: str, trigger: str, notes: str) -> Snapshot:
    """An assignment at a student's moment."""
    row = student.assignments[assignment_id]
    keys = ("status", "completion_percentage", "steps_completed", "steps_required")
    return Snapshot(
        "assignment",
        assignment_id,
        student.student_id,
        student.at,
        trigger,
        notes,
        {key: row[key] for key in (*keys, "mastery_score", "time_on_task_ms")},
        row["completion_percentage"],
        row["mastery_score"],
        row["time_on_task_ms"],
        assignment_id,
        row["sequence_id"],
    )


def of_sequence(student: StudentAt, sequence_id: str) -> Snapshot:
    """A sequence at the end of a week."""
    row = student.sequences[sequence_id]
    keys = ("assignments_completed", "assignments_total", "completion_percentage")
    return Snapshot(
        "sequence",
        sequence_id,
        student.student_id,
        student.at,
        "scheduled",
        "weekly",
        {key: row[key] for key in (*keys, "overall_mastery_score", "time_on_task_ms")},
        row["completion_percentage"],
        row["overall_mastery_score"],
        row["time_on_task_ms"],
        None,
        sequence_id,
    )


def of_student(student: StudentAt, trigger: str, notes: str) -> Snapshot:
    """A student at a moment."""
    row = student.summary
    keys = ("active_assignments", "completed_assignments", "overall_mastery_score")
    return Snapshot(
        "student",
        student.student_id,
        student.student_id,
        student.at,
        trigger,
        notes,
        {key: row[key] for key in (*keys, "total_time_on_task_ms", "at_risk", "risk_factors")},
        None,
        row["overall_mastery_score"],
        row["total_time_on_task_ms"],
    )


def milestones(person: Person, as_of: datetime) -> Iterator[Snapshot]:
    """What was reached: assignments started, completed, a quarter further; steps completed."""
    for crossing in firsts(person, as_of):
        yield of_assignment(crossing.now, crossing.row["assignment_id"], "milestone", crossing.name)
    for crossing in assignment_milestones(person, as_of):
        name = f"milestone_{crossing.name}"
        yield of_assignment(crossing.now, crossing.row["assignment_id"], "milestone", name)
    for step_id, completion in person.at(as_of).frame.completions.items():
        if completion.cause != "removal":
            yield of_step(person.at(completion.at), step_id)


def scheduled(person: Person, as_of: datetime) -> Iterator[Snapshot]:
    """The midnights after a day, and the Sundays after a week, with activity."""
    signals = [
        *person.known.happened("step_events", person.student_id, as_of),
        *person.known.happened("free_play_scores", person.student_id, as_of),
    ]
    days = {signal["occurred_at"].date() for signal in signals}
    for day in days:
        student = person.at(midnight(day + ONE_DAY))
        if student.at <= as_of and student.activity_within(student.at - ONE_DAY, student.at):
            if student.is_student:
                yield of_student(student, "scheduled", "daily")
            for assignment_id in student.assignments:
                yield of_assignment(student, assignment_id, "scheduled", "daily")
    for week in {sunday(day) for day in days}:
        student = person.at(midnight(week) + 7 * ONE_DAY)
        if student.at <= as_of and student.activity_within(student.at - 7 * ONE_DAY, student.at):
            if student.is_student:
                yield of_student(student, "scheduled", "weekly")
            for sequence_id in student.sequences:
                yield of_sequence(student, sequence_id)


def manual(person: Person, as_of: datetime) -> Iterator[Snapshot]:
    """What a teacher looked at, and what was about to change."""
    for event in person.known.happened("step_events", person.student_id, as_of):
        student = person.at(event["occurred_at"])
        step = student.frame.steps.get(event["step_id"])
        if event["event_type"] == "progress_reviewed" and step is not None:
            yield of_assignment(student, step["assignment_id"], "manual", "teacher_review")
    for change in content_changes(person, as_of):
        if change.before.assignments[change.assignment_id]["has_progress"]:
            yield of_assignment(change.before, change.assignment_id, "manual", "before_migration")


def interventions(person: Person, as_of: datetime) -> Iterator[Snapshot]:
    """The changes of the risk history."""
    for student in risk_changes(person, as_of):
        notes = "at_risk" if student.risk.factors else "not_at_risk"
        yield of_student(student, "intervention", notes)


def created(person: Person, as_of: datetime) -> list[Snapshot]:
    """Every snapshot that was ever taken of a student, each once."""
    found = [
        *milestones(person, as_of),
        *scheduled(person, as_of),
        *manual(person, as_of),
        *interventions(person, as_of),
    ]
    return list({snapshot.id: snapshot for snapshot in found}.values())


def retained(snapshots: Iterable[Snapshot], as_of: datetime) -> list[Snapshot]:
    """What is kept at `as_of`: what is young enough, and of the rest each month's last."""
    kept = []
    last_of_month: dict[tuple[str, str, str, int, int], Snapshot] = {}
    for snapshot in sorted(snapshots, key=lambda snapshot: (snapshot.at, snapshot.id)):
        if snapshot.at > as_of - timedelta(days=RETENTION_DAYS[snapshot.scope_type]):
            kept.append(snapshot)
        else:
            scope = (snapshot.scope_type, snapshot.scope_id, snapshot.student_id)
            last_of_month[*scope, snapshot.at.year, snapshot.at.month] = snapshot
    return kept + [replace(snapshot, notes="monthly") for snapshot in last_of_month.values()]
