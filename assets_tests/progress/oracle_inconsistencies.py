"""Impossible states: what was reported as having happened where it could not.

What belongs here: `progress_inconsistencies` but for `inconsistency_id` and the words of `detail`, which no document
gives; `step_event_id` is what the detail is to name by that key, if the kind speaks of an event.

Readings, where the documents leave room:
- Every row's scope is the step; there is one row per event, and one per step for `completed_before_started`.
- "An event" is a step event of any type on a known step.
- `attempt_while_locked`: the step's state was `locked` just before the attempt, and at the attempt the student has it
  and it still is behind another: what happens at the same moment may have unlocked it.
- `event_before_assigned`: before the start of the assignment that the step is in and the student has, at `as_of`;
  not for events that are merely re-mapped to a step.
- `event_before_step_existed`: before the step's first version, whoever has it.
- `event_on_archived`: the student had the step, and its assignment was archived, at the event's moment.
- `time_longer_than_elapsed`: against the event before it in (moment, key) of the same student and session.
- `completed_before_started`: over the steps in force at `as_of`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from assets_tests.progress.oracle_known import MICROSECOND, Row
from assets_tests.progress.oracle_steps import is_behind
from assets_tests.progress.oracle_students import Person


@dataclass(frozen=True)
class Inconsistency:
    """A row of progress_inconsistencies."""

    kind: str
    step_id: str
    student_id: str
    event_id: str | None = None

    def row(self) -> Row:
        """The published row."""
        return {
            "kind": self.kind,
            "scope_type": "step",
            "scope_id": self.step_id,
            "student_id": self.student_id,
            "repaired": False,
            "step_event_id": self.event_id,
        }


def known_events(person: Person, as_of: datetime) -> list[Row]:
    """The student's events on known steps."""
    return [
        event
        for event in person.known.happened("step_events", person.student_id, as_of)
        if person.known.last_version(event["step_id"], as_of) is not None
    ]


def kinds_of(person: Person, event: Row, as_of: datetime) -> Iterator[str]:
    """What is impossible about one event by itself."""
    at, step_id = event["occurred_at"], event["step_id"]
    before, then = person.at(at - MICROSECOND), person.at(at)
    step = then.frame.steps.get(step_id)
    was = before.steps.get(step_id)
    was_locked = was is not None and was["state"] == "locked"
    is_locked = was_locked and step is not None and is_behind(then.steps[step_id], then.steps)
    if event["event_type"] == "attempted" and is_locked:
        yield "attempt_while_locked"
    if step and then.frame.given[step["assignment_id"]].is_archived:
        yield "event_on_archived"
    now = person.at(as_of).frame
    if step_id in now.steps and at < now.given[now.steps[step_id]["assignment_id"]].start:
        yield "event_before_assigned"
    first_moment = person.known.first_moment(step_id)
    if first_moment is not None and at < first_moment:
        yield "event_before_step_existed"


def longer_than_elapsed(person: Person, as_of: datetime) -> Iterator[Row]:
    """The events that took longer than since the one before them in their session."""
    latest: dict[str, datetime] = {}
    for event in known_events(person, as_of):
        session = event["session_id"]
        if session is None:
            continue
        spent = timedelta(milliseconds=event["time_on_task_ms"] or 0)
        if session in latest and spent > event["occurred_at"] - latest[session]:
            yield event
        latest[session] = event["occurred_at"]


def inconsistencies(person: Person, as_of: datetime) -> list[Inconsistency]:
    """All that is reported of a student."""
    student_id = person.student_id
    found = [
        Inconsistency(kind, event["step_id"], student_id, event["step_event_id"])
        for event in known_events(person, as_of)
        for kind in kinds_of(person, event, as_of)
    ]
    found += [
        Inconsistency(
            "time_longer_than_elapsed", event["step_id"], student_id, event["step_event_id"]
        )
        for event in longer_than_elapsed(person, as_of)
    ]
    found += [
        Inconsistency("completed_before_started", row["step_id"], student_id)
        for row in person.at(as_of).steps_in_force
        if row["completed_at"] and row["started_at"] and row["completed_at"] < row["started_at"]
    ]
    return found
