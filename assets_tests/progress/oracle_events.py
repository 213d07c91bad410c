"""Progress events: what happened to a student's progress, told as the document's six events.

What belongs here: `progress_events` but for `event_id`. That is "a hash of event, ids, occurred_at, milestone or
source event id", without an order or a word for what is missing, so only its uniqueness and form can be held
against the documents; `source` is what it is to be made of beside the ids.

Readings, where the documents leave room:
- The state before an event is the judgement a microsecond before its moment, the state after it the one at its
  moment; so several events of one moment share both, and only `score_achieved` is an event's own.
- `step_progress_updated` is told of the step that the event counts for at its moment: the step itself when the
  student has it then, else the one that it is re-mapped to, else of none. `previous_state` is NULL for a step that
  the student did not have just before.
- `steps_completed` is the assignment's; `steps_remaining` its required steps that are not complete.
- `time_to_milestone_ms`: since the assignment's start, in whole milliseconds, 0 for what came before it.
- `student_at_risk_detected` happens at the day's end; `mastery_score` is the student's overall one,
  `days_since_activity` NULL without any.
- `progress_snapshot_created` tells every snapshot that was taken; retention takes none of these events back.
- `migration` and `content_change` are one event per step and student who has the assignment, begun or not, with
  `steps_affected` 1 and `step_id`.
- The columns `assignment_id`, `sequence_id`, `step_id`: what the event speaks of and, above it, what that belongs
  to at the moment. An at-risk event has the assignment of its gap and that one's sequence.
- A content change with a replacement in force names it in one more property ("`progress_reconciled` and an
  intervention name it"), under a name that the documents do not give; here `replaced_by_game_id`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from assets_tests.progress.oracle_history import (
    Crossing,
    assignment_milestones,
    content_changes,
    offer,
    replacement,
    sequence_milestones,
    turns_to_risk,
)
from assets_tests.progress.oracle_known import MICROSECOND, Row
from assets_tests.progress.oracle_snapshots import created
from assets_tests.progress.oracle_students import Person, StudentAt

UPDATES = ("started", "attempted", "completed_by_teacher", "target_adjusted")
MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Event:
    """A row of progress_events."""

    event: str
    at: datetime
    properties: dict[str, Any]
    source: str
    student_id: str
    assignment_id: str | None = None
    sequence_id: str | None = None
    step_id: str | None = None

    def row(self) -> Row:
        """The published row."""
        return {
            "event": self.event,
            "occurred_at": self.at,
            "student_id": self.student_id,
            "assignment_id": self.assignment_id,
            "sequence_id": self.sequence_id,
            "step_id": self.step_id,
            "properties": self.properties,
        }


def counts_for(student: StudentAt, step_id: str) -> str | None:
    """The step that an event on a step counts for, if the student has one."""
    if step_id in student.frame.steps:
        return step_id
    return next(
        (found for found, gone in student.frame.counted_for.items() if step_id in gone), None
    )


def step_updated(person: Person, at: datetime, step_id: str, score: Any, source: str) -> Event:
    """A step's state before and after a moment."""
    before, now = person.at(at - MICROSECOND), person.at(at)
    row = now.steps[step_id]
    was = before.steps.get(step_id)
    names = ("target_score", "passed", "attempt_count", "time_on_task_ms", "mastery_level")
    return Event(
        "step_progress_updated",
        at,
        {
            "step_id": step_id,
            "assignment_id": row["assignment_id"],
            "student_id": person.student_id,
            "previous_state": was["state"] if was else None,
            "new_state": row["state"],
            "score_achieved": score,
            **{name: row[name] for name in (*names, "completion_source")},
        },
        source,
        person.student_id,
        row["assignment_id"],
        now.assignments[row["assignment_id"]]["sequence_id"],
        step_id,
    )


def updates(person: Person, as_of: datetime) -> Iterator[Event]:
    """`step_progress_updated` of what students and teachers did."""
    for event in person.known.happened("step_events", person.student_id, as_of):
        at = event["occurred_at"]
        step_id = counts_for(person.at(at), event["step_id"])
        if event["event_type"] in UPDATES and step_id is not None:
            score = event["score"] if event["event_type"] == "attempted" else None
            yield step_updated(person, at, step_id, score, event["step_event_id"])


def reconciliations(person: Person, as_of: datetime) -> Iterator[Event]:
    """Both events of each free play that completed a step."""
    for step_id, completion in person.at(as_of).frame.completions.items():
        if completion.play is not None:
            play_id, score = completion.play["free_play_score_id"], completion.play["score"]
            yield step_updated(person, completion.at, step_id, score, play_id)
            before, now = person.at(completion.at - MICROSECOND), person.at(completion.at)
            assignment_id = now.steps[step_id]["assignment_id"]
            yield reconciled(before, now, assignment_id, step_id, "free_play", play_id)


def reconciled(
    before: StudentAt,
    now: StudentAt,
    assignment_id: str,
    step_id: str,
    reconciliation_type: str,
    source: str,
) -> Event:
    """`progress_reconciled` of one step."""
    row = now.assignments[assignment_id]
    was = before.assignments.get(assignment_id)
    return Event(
        "progress_reconciled",
        now.at,
        {
            "assignment_id": assignment_id,
            "student_id": now.student_id,
            "reconciliation_type": reconciliation_type,
            "steps_affected": 1,
            "previous_completion_percentage": was["completion_percentage"] if was else 0,
            "new_completion_percentage": row["completion_percentage"],
        },
        source,
        now.student_id,
        assignment_id,
        row["sequence_id"],
        step_id,
    )


def migrations(person: Person, as_of: datetime) -> Iterator[Event]:
    """`progress_reconciled` of each step that was added, removed or deprecated."""
    for change in content_changes(person, as_of):
        kind = "content_change" if change.kind == "deprecated" else "migration"
        event = reconciled(
            change.before, change.now, change.assignment_id, change.step_id, kind, change.kind
        )
        if change.kind == "deprecated":
            game_id = replacement(change.now, change.now.frame.steps[change.step_id])
            if game_id is not None:
                event.properties["replaced_by_game_id"] = game_id
        yield event


def assignment_reached(person: Person, crossing: Crossing) -> Event:
    """`assignment_progress_milestone`."""
    row = crossing.row
    elapsed = max(crossing.now.at - row["given"].start, timedelta(0))
    return Event(
        "assignment_progress_milestone",
        crossing.now.at,
        {
            "assignment_id": row["assignment_id"],
            "student_id": person.student_id,
            "previous_percentage": crossing.previous,
            "new_percentage": row["completion_percentage"],
            "milestone": crossing.name,
            "time_to_milestone_ms": elapsed // MILLISECOND,
            "steps_completed": row["steps_completed"],
            "steps_remaining": row["steps_remaining"],
        },
        crossing.name,
        person.student_id,
        row["assignment_id"],
        row["sequence_id"],
    )


def sequence_reached(person: Person, crossing: Crossing) -> Event:
    """`sequence_progress_milestone`."""
    row = crossing.row
    return Event(
        "sequence_progress_milestone",
        crossing.now.at,
        {
            "sequence_id": row["sequence_id"],
            "student_id": person.student_id,
            "milestone": crossing.name,
            "assignments_completed": row["assignments_completed"],
            "overall_mastery_score": row["overall_mastery_score"],
            "concepts_mastered_count": len(row["concepts_mastered"]),
        },
        crossing.name,
        person.student_id,
        None,
        row["sequence_id"],
    )


def at_risk_detected(student: StudentAt) -> Event:
    """`student_at_risk_detected`."""
    row = student.risk.assignment or {}
    return Event(
        "student_at_risk_detected",
        student.at,
        {
            "student_id": student.student_id,
            "assignment_id": row.get("assignment_id"),
            "risk_factors": student.risk.factors,
            "pacing_status": row.get("pacing_status"),
            "mastery_score": student.summary["overall_mastery_score"],
            "days_since_activity": student.days_since_activity,
            "intervention_recommended": offer(student),
        },
        "",
        student.student_id,
        row.get("assignment_id"),
        row.get("sequence_id"),
    )


def snapshots_created(person: Person, as_of: datetime) -> Iterator[Event]:
    """`progress_snapshot_created`."""
    for snapshot in created(person, as_of):
        yield Event(
            "progress_snapshot_created",
            snapshot.at,
            {
                "snapshot_id": snapshot.id,
                "student_id": snapshot.student_id,
                "scope_type": snapshot.scope_type,
                "scope_id": snapshot.scope_id,
                "trigger": snapshot.trigger,
                "completion_percentage": snapshot.completion_percentage,
                "mastery_score": snapshot.mastery_score,
            },
            snapshot.id,
            snapshot.student_id,
            snapshot.assignment_id,
            snapshot.sequence_id,
            snapshot.scope_id if snapshot.scope_type == "step" else None,
        )


def progress_events(person: Person, as_of: datetime) -> list[Event]:
    """All events of a student."""
    return [
        *updates(person, as_of),
        *reconciliations(person, as_of),
        *migrations(person, as_of),
        *(assignment_reached(person, found) for found in assignment_milestones(person, as_of)),
        *(sequence_reached(person, found) for found in sequence_milestones(person, as_of)),
        *(at_risk_detected(student) for student in turns_to_risk(person, as_of)),
        *snapshots_created(person, as_of),
    ]
