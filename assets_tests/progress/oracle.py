"""Progress computed the slow and obvious way, from the documents and not from the SQL.

What belongs here: the tables of the domain, each a list of rows with its documented columns and its numbers as they
are stored (exact, then 9 decimals half up). How they come about stands in the modules beside this one, whose
docstrings name the readings chosen where the documents leave room. Nothing here is fast or shared with the product;
where it and the marts differ, one of them has misread the documents.

A past moment is judged by asking the same question of the world as it was known then: `Judgement.at`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from assets_tests.progress import oracle_events, oracle_groups, oracle_history, oracle_snapshots
from assets_tests.progress.oracle_assignments import (
    ASSIGNMENT_COLUMNS,
    CONCEPT_COLUMNS,
    SEQUENCE_COLUMNS,
)
from assets_tests.progress.oracle_inconsistencies import inconsistencies
from assets_tests.progress.oracle_known import Known, Row, World, rounded
from assets_tests.progress.oracle_steps import COLUMNS as STEP_COLUMNS
from assets_tests.progress.oracle_students import SUMMARY_COLUMNS, Person, StudentAt


def stored(value: Any) -> Any:
    """A value as a table or a JSON column holds it."""
    if isinstance(value, Fraction | Decimal):
        return rounded(value)
    if isinstance(value, dict):
        return {name: stored(item) for name, item in value.items()}
    if isinstance(value, list):
        return [stored(item) for item in value]
    return value


def published(rows: Iterable[Row], columns: Sequence[str] | None = None) -> list[Row]:
    """Rows with their documented columns."""
    return [{name: stored(row[name]) for name in (columns or row)} for row in rows]


class Judgement:
    """What a world says at `as_of` when only the batches up to `n` are known."""

    def __init__(self, world: World, as_of: datetime, n: int) -> None:
        self.as_of = as_of
        self.known = Known(world, n)
        self.persons = {
            student_id: Person(self.known, student_id) for student_id in self.known.students()
        }

    def at(self, as_of: datetime) -> Judgement:
        """The same world at another moment."""
        other = object.__new__(Judgement)
        other.as_of, other.known, other.persons = as_of, self.known, self.persons
        return other

    @cached_property
    def everybody(self) -> list[StudentAt]:
        """Whoever is named anywhere, at `as_of`."""
        return [person.at(self.as_of) for person in self.persons.values()]

    @cached_property
    def students(self) -> list[StudentAt]:
        """The students at `as_of`."""
        return [student for student in self.everybody if student.is_student]

    def step_progress(self) -> list[Row]:
        """`progress.step_progress`."""
        rows = [row for student in self.everybody for row in student.steps.values()]
        return published(rows, STEP_COLUMNS)

    def assignment_progress(self) -> list[Row]:
        """`progress.assignment_progress`."""
        rows = [row for student in self.everybody for row in student.assignments.values()]
        return published(rows, ASSIGNMENT_COLUMNS)

    def sequence_progress(self) -> list[Row]:
        """`progress.sequence_progress`."""
        rows = [row for student in self.everybody for row in student.sequences.values()]
        return published(rows, SEQUENCE_COLUMNS)

    def concept_mastery(self) -> list[Row]:
        """`progress.concept_mastery`."""
        return published(
            [row for student in self.everybody for row in student.concepts], CONCEPT_COLUMNS
        )

    def student_progress_summary(self) -> list[Row]:
        """`progress.student_progress_summary`."""
        return published([student.summary for student in self.students], SUMMARY_COLUMNS)

    def student_activity(self) -> list[Row]:
        """`progress.student_activity`."""
        return published([row for student in self.everybody for row in student.daily_activity()])

    def members(self) -> dict[str, list[StudentAt]]:
        """The classes in force with their members."""
        return {
            class_id: [self.persons[student_id].at(self.as_of) for student_id in student_ids]
            for class_id, student_ids in oracle_groups.members_by_class(
                self.known, self.as_of
            ).items()
        }

    def class_progress(self) -> list[Row]:
        """`progress.class_progress`."""
        return published(
            [
                row
                for class_id, members in self.members().items()
                for row in oracle_groups.class_progress(class_id, members)
            ]
        )

    def class_summary(self) -> list[Row]:
        """`progress.class_summary`."""
        return published(
            [
                oracle_groups.class_summary(class_id, members)
                for class_id, members in self.members().items()
            ]
        )

    def organization_progress(self) -> list[Row]:
        """`progress.organization_progress`."""
        found = oracle_groups.by_organization(self.students, self.known, self.as_of)
        return published(
            [
                oracle_groups.organization_progress(organization_id, students, self.as_of)
                for organization_id, students in found.items()
            ]
        )

    def organization_progress_trend(self) -> list[Row]:
        """`progress.organization_progress_trend`."""
        found = oracle_groups.by_organization(self.students, self.known, self.as_of)
        return published(
            [
                row
                for organization_id, students in found.items()
                for row in oracle_groups.organization_trend(organization_id, students)
            ]
        )

    def content_effectiveness(self) -> list[Row]:
        """`progress.content_effectiveness`."""
        rows = []
        for (assignment_id,), assignment in self.known.in_force("assignments", self.as_of).items():
            given = [
                student.assignments[assignment_id]
                for student in self.everybody
                if assignment_id in student.assignments
            ]
            sequence_id = self.known.sequence_id(assignment, self.as_of)
            rows.append(oracle_groups.content_effectiveness(assignment_id, sequence_id, given))
        return published(rows)

    def student_risk_history(self) -> list[Row]:
        """`progress.student_risk_history`."""
        return published(
            [
                row
                for person in self.persons.values()
                for row in oracle_history.risk_history(person, self.as_of)
            ]
        )

    def interventions(self) -> list[Row]:
        """`progress.interventions`."""
        return published(
            [
                row
                for person in self.persons.values()
                for row in oracle_history.interventions(person, self.as_of)
            ]
        )

    def progress_snapshots(self) -> list[Row]:
        """`progress.progress_snapshots`."""
        return published(
            [
                snapshot.row()
                for person in self.persons.values()
                for snapshot in oracle_snapshots.retained(
                    oracle_snapshots.created(person, self.as_of), self.as_of
                )
            ]
        )

    def progress_events(self) -> list[Row]:
        """`progress.progress_events`, without `event_id`."""
        return published(
            [
                event.row()
                for person in self.persons.values()
                for event in oracle_events.progress_events(person, self.as_of)
            ]
        )

    def progress_inconsistencies(self) -> list[Row]:
        """`progress.progress_inconsistencies`, without its id; `step_event_id` is what `detail` names."""
        return published(
            [
                found.row()
                for person in self.persons.values()
                for found in inconsistencies(person, self.as_of)
            ]
        )
