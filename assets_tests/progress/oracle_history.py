"""What was decided on the way: risk day by day, interventions, milestones and content changes.

What belongs here: `student_risk_history`, `interventions`, and the moments that snapshots and events share. Each is
what a judgement at that very moment says, against the one a microsecond before.

Readings, where the documents leave room:
- The first day of the risk history is that of the earliest start of an assignment that ever was the student's, or
  of the first activity that ever was one, the game played deleted since or not.
- A student who is none on a day is not at risk that day.
- A milestone is crossed against the percentage just before; what the student did not have then counts as 0. So an
  assignment without required steps reaches 25 to 100 the moment it is given.
- `started` and `completed` happen once, like milestones: at the first moment when the assignment (the sequence) has
  a `started_at`, or is complete, in the judgement of that moment.
- A step is added to, removed from or deprecated in an assignment for those who have it both just before and then,
  begun or not; it is deprecated when its game becomes so, and when it is given a deprecated game.
- Recommended games are those of the recommended concepts' steps in force; a deprecated game's replacement that is
  not in force is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from assets_tests.progress.oracle_groups import members_by_class
from assets_tests.progress.oracle_known import MICROSECOND, Row, by_bytes
from assets_tests.progress.oracle_students import ONE_DAY, Person, StudentAt, midnight

HISTORY_DAYS = 90
MILESTONES = (25, 50, 75, 100)


@dataclass(frozen=True)
class Crossing:
    """A milestone of an assignment or a sequence, and the percentage before it."""

    now: StudentAt
    row: Row
    name: str
    previous: Fraction


@dataclass(frozen=True)
class ContentChange:
    """A step added to, removed from or deprecated in an assignment that the student has."""

    before: StudentAt
    now: StudentAt
    assignment_id: str
    kind: str
    step_id: str


def day_end(day: date, as_of: datetime) -> datetime:
    """The moment that stands for a day: its last microsecond, today `as_of`."""
    return min(midnight(day + ONE_DAY) - MICROSECOND, as_of)


def deletions(person: Person, as_of: datetime) -> Iterator[datetime]:
    """Just before every deletion of a game."""
    for versions in person.known.versions["games"].values():
        for version in versions:
            if version["is_deleted"] and version["effective_at"] <= as_of:
                yield version["effective_at"] - MICROSECOND


def risk_days(person: Person, as_of: datetime) -> Iterator[StudentAt]:
    """The student at each day's end, from the first day of the risk history on."""
    begins = [
        given.start
        for frame in person.replay.frames
        if frame.moment <= as_of
        for given in frame.given.values()
    ]
    begins += [
        student.activity[0]["occurred_at"]
        for student in (person.at(as_of), *map(person.at, deletions(person, as_of)))
        if student.activity
    ]
    if not begins:
        return
    day = max(min(begins).date(), as_of.date() - timedelta(days=HISTORY_DAYS))
    while day <= as_of.date():
        yield person.at(day_end(day, as_of))
        day += ONE_DAY


def risk_changes(person: Person, as_of: datetime) -> Iterator[StudentAt]:
    """The day ends at which `at_risk` is another than the day before."""
    was_at_risk = False
    for student in risk_days(person, as_of):
        at_risk = bool(student.risk.factors)
        if at_risk != was_at_risk:
            yield student
        was_at_risk = at_risk


def risk_history(person: Person, as_of: datetime) -> list[Row]:
    """Rows of student_risk_history."""
    return [
        {
            "student_id": person.student_id,
            "risk_date": student.at.date(),
            "at_risk": bool(student.risk.factors),
            "risk_factors": student.risk.factors,
            "changed": True,
        }
        for student in risk_changes(person, as_of)
    ]


def turns_to_risk(person: Person, as_of: datetime) -> list[StudentAt]:
    """The day ends at which a student turns to at risk."""
    return [student for student in risk_changes(person, as_of) if student.risk.factors]


def offer(student: StudentAt) -> str | None:
    """What is offered for a gap."""
    if student.risk.gap is None:
        return None
    return "extend_due_dates" if student.risk.gap <= 50 else "reduce_scope"


def offered_game(student: StudentAt, step: Row) -> str | None:
    """A step's game, or what replaces a deprecated one."""
    game = student.known.game(step, student.at)
    if game is None:
        return None
    if not game["is_deprecated"]:
        return game["game_id"]
    return replacement(student, step)


def replacement(student: StudentAt, step: Row) -> str | None:
    """What replaces a step's game, if that is in force."""
    game = student.known.game(step, student.at)
    replaced_by = game["replaced_by_game_id"] if game else None
    return replaced_by if (replaced_by,) in student.known.in_force("games", student.at) else None


def interventions(person: Person, as_of: datetime) -> list[Row]:
    """Rows of interventions."""
    rows = []
    for student in turns_to_risk(person, as_of):
        classes = student.known.in_force("classes", student.at)
        members = members_by_class(student.known, student.at)
        concepts = [row for row in student.concepts if row["mastery_level"] == "learning"]
        games = {
            offered_game(student, step["step"]) for concept in concepts for step in concept["steps"]
        }
        rows.append(
            {
                "student_id": person.student_id,
                "risk_date": student.at.date(),
                "risk_factors": student.risk.factors,
                "teacher_ids": by_bytes(
                    {
                        classes[class_id,]["teacher_id"]
                        for class_id, students in members.items()
                        if person.student_id in students
                    }
                ),
                "recommended_concepts": [row["concept_id"] for row in concepts],
                "recommended_games": by_bytes(games - {None}),
                "offer": offer(student),
                "audience": ["parent", "teacher"],
            }
        )
    return rows


def firsts(person: Person, as_of: datetime) -> Iterator[Crossing]:
    """`started` and `completed` of each assignment, once."""
    done = set()
    for _, now in person.changes(as_of):
        for assignment_id, row in now.assignments.items():
            for name, holds in (("started", row["started_at"]), ("completed", row["is_complete"])):
                if holds and (assignment_id, name) not in done:
                    done.add((assignment_id, name))
                    yield Crossing(now, row, name, Fraction(0))


def assignment_milestones(person: Person, as_of: datetime) -> Iterator[Crossing]:
    """Every quarter of an assignment, when first crossed."""
    done = set()
    for before, now in person.changes(as_of):
        for assignment_id, row in now.assignments.items():
            was = before.assignments.get(assignment_id)
            previous = was["completion_percentage"] if was else Fraction(0)
            for milestone in MILESTONES:
                is_crossed = previous < milestone <= row["completion_percentage"]
                if is_crossed and (assignment_id, milestone) not in done:
                    done.add((assignment_id, milestone))
                    yield Crossing(now, row, str(milestone), previous)


def sequence_milestones(person: Person, as_of: datetime) -> Iterator[Crossing]:
    """`started` and every quarter of a sequence, when first crossed."""
    names = dict(zip(MILESTONES, ("quarter", "half", "three_quarters", "complete"), strict=True))
    done = set()
    for before, now in person.changes(as_of):
        for sequence_id, row in now.sequences.items():
            was = before.sequences.get(sequence_id)
            previous = was["completion_percentage"] if was else Fraction(0)
            crossed = [
                name
                for milestone, name in names.items()
                if previous < milestone <= row["completion_percentage"]
            ]
            for name in (["started"] if row["started_at"] else []) + crossed:
                if (sequence_id, name) not in done:
                    done.add((sequence_id, name))
                    yield Crossing(now, row, name, previous)


def content_changes(person: Person, as_of: datetime) -> Iterator[ContentChange]:
    """What happened to the steps of assignments that the student has."""
    for before, now in person.changes(as_of):
        for assignment_id in before.frame.given.keys() & now.frame.given.keys():
            was = steps_of(before, assignment_id)
            steps = steps_of(now, assignment_id)
            kinds = dict.fromkeys(steps.keys() - was.keys(), "added")
            kinds |= dict.fromkeys(was.keys() - steps.keys(), "removed")
            kinds |= {
                step_id: "deprecated"
                for step_id in was.keys() & steps.keys()
                if person.known.is_deprecated(steps[step_id], now.at)
                and not person.known.is_deprecated(was[step_id], before.at)
            }
            for step_id, kind in kinds.items():
                yield ContentChange(before, now, assignment_id, kind, step_id)


def steps_of(student: StudentAt, assignment_id: str) -> dict[str, Row]:
    """The steps in force of one of the student's assignments."""
    return {
        step_id: step
        for step_id, step in student.frame.steps.items()
        if step["assignment_id"] == assignment_id
    }
