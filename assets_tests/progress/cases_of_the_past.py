"""The cases of history and of whole tables, each as what a judgement's rows say, so that a test can count them.

What belongs here: names of cases of `student_risk_history` and all that is replayed, and of the tables of groups.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from assets_tests.progress.oracle import Judgement
from assets_tests.progress.oracle_events import counts_for, progress_events
from assets_tests.progress.oracle_history import (
    MILESTONES,
    content_changes,
    risk_changes,
    risk_days,
    turns_to_risk,
)
from assets_tests.progress.oracle_snapshots import RETENTION_DAYS, created
from assets_tests.progress.oracle_students import Person

RISK = {
    *("turns to at risk", "is no longer at risk", "is at risk before the history begins"),
    "is at risk before anything begins",
    *("offers None", "offers extend_due_dates", "offers reduce_scope", "a gap of exactly 50"),
    *("a concept is recommended", "a game is recommended", "a replacement is recommended"),
    *("a game is left out", "two teachers", "no teacher"),
}
CHANGES = {
    *("a step is added", "a step is removed", "a step is deprecated"),
    *("two changes at once", "a change before any progress", "a percentage falls"),
    *("several milestones at once", "a milestone is not crossed again"),
    *("all of it from the first moment", "a milestone before the start"),
}
EVENTS = {
    *("step_progress_updated", "assignment_progress_milestone", "sequence_progress_milestone"),
    *("student_at_risk_detected", "progress_snapshot_created", "progress_reconciled"),
    *("reconciled by free_play", "reconciled by migration", "reconciled by content_change"),
    *("a content change with a replacement", "a content change without one"),
    *("an update of a step that is new to the student", "two updates of one moment"),
    *("an update by an event on a removed step", "an event on a step of somebody else"),
    *(f"a sequence is at {name}" for name in ("started", "quarter", "half", "three_quarters")),
    "a sequence is at complete",
}
SNAPSHOTS = {
    *("step: completed", "assignment: started", "assignment: completed", "assignment: daily"),
    *(f"assignment: milestone_{milestone}" for milestone in MILESTONES),
    *("assignment: teacher_review", "assignment: before_migration", "sequence: weekly"),
    *("student: daily", "student: weekly", "student: at_risk", "student: not_at_risk"),
    *(f"{scope} is aggregated" for scope in RETENTION_DAYS),
    *(f"{scope} is just expired" for scope in ("step", "assignment", "student")),
    "a month of which several expire",
}
INCONSISTENCIES = {
    *("attempt_while_locked", "event_before_assigned", "event_before_step_existed"),
    *("event_on_archived", "time_longer_than_elapsed", "completed_before_started"),
}
TABLES = {
    *("a day without activity but a completion", "a class without members"),
    *("a class member who is no student", "an organization without students"),
    *("an organization that only students name", "a period without activity"),
    *("content without students", "content with stuck students", "content with means"),
}
PAST_CASES = RISK | CHANGES | EVENTS | SNAPSHOTS | INCONSISTENCIES | TABLES


def risk_cases(judgement: Judgement, person: Person) -> Iterator[str]:
    """What turned, and what was offered."""
    first = next(risk_days(person, judgement.as_of), None)
    if first is None and person.at(judgement.as_of).risk.factors:
        yield "is at risk before anything begins"
    for student in risk_changes(person, judgement.as_of):
        yield "turns to at risk" if student.risk.factors else "is no longer at risk"
        if student is first and person.at(student.at - timedelta(days=1)).risk.factors:
            yield "is at risk before the history begins"
    for student in turns_to_risk(person, judgement.as_of):
        if student.risk.gap == 50:
            yield "a gap of exactly 50"
        concepts = [row for row in student.concepts if row["mastery_level"] == "learning"]
        for step in (step["step"] for concept in concepts for step in concept["steps"]):
            game = student.known.game(step, student.at)
            if game and game["is_deprecated"]:
                replaced = game["replaced_by_game_id"]
                is_offered = (replaced,) in student.known.in_force("games", student.at)
                yield "a replacement is recommended" if is_offered else "a game is left out"


def intervention_cases(judgement: Judgement) -> Iterator[str]:
    """What interventions hold."""
    for row in judgement.interventions():
        yield f"offers {row['offer']}"
        if row["recommended_concepts"]:
            yield "a concept is recommended"
        if row["recommended_games"]:
            yield "a game is recommended"
        if len(row["teacher_ids"]) != 1:
            yield "two teachers" if row["teacher_ids"] else "no teacher"


def change_cases(judgement: Judgement, person: Person) -> Iterator[str]:
    """What happened to content, and what percentages did."""
    moments: Counter[object] = Counter()
    for change in content_changes(person, judgement.as_of):
        yield f"a step is {change.kind}"
        moments[change.now.at, change.assignment_id] += 1
        if not change.before.assignments[change.assignment_id]["has_progress"]:
            yield "a change before any progress"
    if any(count > 1 for count in moments.values()):
        yield "two changes at once"
    for before, now in person.changes(judgement.as_of):
        for assignment_id, row in now.assignments.items():
            was = before.assignments.get(assignment_id)
            if was is None and row["completion_percentage"] == 100:
                yield "all of it from the first moment"
            if was is not None and row["completion_percentage"] < was["completion_percentage"]:
                yield "a percentage falls"
    crossed: Counter[object] = Counter()
    fell = set()
    for before, now in person.changes(judgement.as_of):
        for assignment_id, row in now.assignments.items():
            was = before.assignments.get(assignment_id)
            previous = was["completion_percentage"] if was else 0
            passed = [m for m in MILESTONES if previous < m <= row["completion_percentage"]]
            if len(passed) > 1:
                yield "several milestones at once"
            if any((assignment_id, milestone) in fell for milestone in passed):
                yield "a milestone is not crossed again"
            if passed and now.at < row["given"].start:
                yield "a milestone before the start"
            fell |= {(assignment_id, milestone) for milestone in passed}
            crossed.update(passed)


def event_cases(judgement: Judgement, person: Person) -> Iterator[str]:
    """The events and their corners."""
    moments: Counter[object] = Counter()
    for event in progress_events(person, judgement.as_of):
        properties = event.properties
        yield event.event
        if event.event == "progress_reconciled":
            yield f"reconciled by {properties['reconciliation_type']}"
            if properties["reconciliation_type"] == "content_change":
                is_replaced = "replaced_by_game_id" in properties
                yield f"a content change with{' a replacement' if is_replaced else 'out one'}"
        if event.event == "sequence_progress_milestone":
            yield f"a sequence is at {properties['milestone']}"
        if event.event == "step_progress_updated":
            moments[event.at, event.step_id] += 1
            if properties["previous_state"] is None:
                yield "an update of a step that is new to the student"
    if any(count > 1 for count in moments.values()):
        yield "two updates of one moment"
    for event in person.known.happened("step_events", person.student_id, judgement.as_of):
        counted = counts_for(person.at(event["occurred_at"]), event["step_id"])
        if counted is None:
            yield "an event on a step of somebody else"
        elif counted != event["step_id"]:
            yield "an update by an event on a removed step"


def snapshot_cases(judgement: Judgement, person: Person) -> Iterator[str]:
    """The snapshots that were taken, and what became of them."""
    months: Counter[object] = Counter()
    for snapshot in created(person, judgement.as_of):
        yield f"{snapshot.scope_type}: {snapshot.notes}"
        limit = judgement.as_of - timedelta(days=RETENTION_DAYS[snapshot.scope_type])
        if snapshot.at == limit:
            yield f"{snapshot.scope_type} is just expired"
        if snapshot.at <= limit:
            yield f"{snapshot.scope_type} is aggregated"
            months[snapshot.scope_id, snapshot.at.year, snapshot.at.month] += 1
    if any(count > 1 for count in months.values()):
        yield "a month of which several expire"


def table_cases(judgement: Judgement) -> Iterator[str]:
    """What rows of whole tables hold."""
    for row in judgement.student_activity():
        if not row["attempts"] and not row["time_on_task_ms"] and row["steps_completed"]:
            yield "a day without activity but a completion"
    for members in judgement.members().values():
        if not members:
            yield "a class without members"
        if any(not member.is_student for member in members):
            yield "a class member who is no student"
    landed = judgement.known.in_force("organizations", judgement.as_of)
    for row in judgement.organization_progress():
        if not row["students"]:
            yield "an organization without students"
        if (row["organization_id"],) not in landed:
            yield "an organization that only students name"
    for row in judgement.organization_progress_trend():
        if not row["active_students"]:
            yield "a period without activity"
    for row in judgement.content_effectiveness():
        if not row["students"]:
            yield "content without students"
        if row["stuck_students"]:
            yield "content with stuck students"
        if row["mean_score"] is not None and row["mean_attempts"] is not None:
            yield "content with means"
    for row in judgement.progress_inconsistencies():
        yield row["kind"]


def past_cases(judgement: Judgement) -> Iterator[str]:
    """The cases of everybody's past and of groups."""
    yield from intervention_cases(judgement)
    yield from table_cases(judgement)
    for person in judgement.persons.values():
        yield from risk_cases(judgement, person)
        yield from change_cases(judgement, person)
        yield from event_cases(judgement, person)
        yield from snapshot_cases(judgement, person)
