"""How far a late signal reaches: per mart, whose rows it may change.

Late is what had happened, or begun, at `as_of` and landed after the publication. A late event reaches the person (or
the internship) it names, and every group of that world. A late version of an entity reaches whatever its world holds:
who declares a skill, which lecture a rule is of, whose team somebody is in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assets_tests.order.house import Rows
from assets_tests.order.universes import Row, Universe, world_of
from pipelines.contracts import CONTRACTS
from pipelines.contracts.model import Kind, Type

# Marts with rows of one person's or one internship's own, by the column that names whose.
OWN = {
    "internships.internship_aggregates": "internship_instance_id",
    "internships.internship_kpi_progress": "internship_instance_id",
    "internships.internship_notifications": "internship_instance_id",
    "internships.internship_risk_states": "internship_instance_id",
    "internships.student_progress_indicators": "internship_instance_id",
    "performance.performance_badges": "user_id",
    "performance.performance_logs": "user_id",
    "performance.performance_milestones": "user_id",
    "performance.performance_snapshots": "user_id",
    "performance.user_performance": "user_id",
    "progress.assignment_progress": "student_id",
    "progress.concept_mastery": "student_id",
    "progress.interventions": "student_id",
    "progress.progress_events": "student_id",
    "progress.progress_inconsistencies": "student_id",
    "progress.progress_snapshots": "student_id",
    "progress.sequence_progress": "student_id",
    "progress.step_progress": "student_id",
    "progress.student_activity": "student_id",
    "progress.student_progress_summary": "student_id",
    "progress.student_risk_history": "student_id",
    "records.achievement_progress": "user_id",
    "records.certification_history": "user_id",
    "records.certification_proposals": "user_id",
    "records.certifications": "user_id",
    "records.performance_records": "user_id",
    "records.registration_decisions": "user_id",
    "records.student_standing": "user_id",
    "skills.mentorship_summary": "intern_id",
    "skills.skill_activity": "user_id",
    "skills.skill_distribution": "user_id",
    "skills.skill_momentum": "user_id",
    "skills.user_skill_signals": "user_id",
}
# A rank is a group's: it moves when another member does.
OF_THE_GROUP = {"performance.user_performance": {"organization_rank"}}
# Marts of groups, and of what people share: touched when a member is, so with their world.
SHARED = {
    "org.organizations": "organization_id",
    "org.users": "user_id",
    "performance.performance_distribution": "organization_id",
    "performance.team_performance": "organization_id",
    "progress.class_progress": "class_id",
    "progress.class_summary": "class_id",
    "progress.content_effectiveness": "assignment_id",
    "progress.organization_progress": "organization_id",
    "progress.organization_progress_trend": "organization_id",
    "records.exam_rosters": "campaign_id",
    "records.registration_preflight": "campaign_id",
    "skills.skill_distribution_by_organization": "organization_id",
}
# Of everybody together: the calendar, counts of what leads nowhere, and the large enough groups of all without a team.
OF_EVERYBODY = {
    "internships.internship_aggregates_anonymous",
    "org.weeks",
    "ops.orphans",
}


@dataclass(frozen=True)
class Touched:
    """Whom late signals reach: the persons and worlds that events name, and the worlds that versions change."""

    persons: frozenset[str]
    worlds: frozenset[str]
    changed_worlds: frozenset[str]

    def strays(self, before: Mapping[str, Rows], after: Mapping[str, Rows]) -> list[str]:
        """What differs and is not reached."""
        found = []
        for table in before:
            for row in _differing(before[table], after[table], set()):
                if not self._reaches_world(table, row):
                    found.append(f"{table}: {row}")
            if table in OWN:
                for row in _differing(before[table], after[table], OF_THE_GROUP.get(table, set())):
                    if not self._reaches_person(row[OWN[table]]):
                        found.append(f"{table} of another person: {row}")
        return found

    def _reaches_world(self, table: str, row: Mapping[str, str | None]) -> bool:
        if table in OF_EVERYBODY:
            return bool(self.worlds)
        return world_of(row[(OWN | SHARED)[table]] or "") in self.worlds

    def _reaches_person(self, person: str | None) -> bool:
        return person in self.persons or world_of(person or "") in self.changed_worlds


def touched_by(late: Sequence[tuple[str, Row]], universe: Universe) -> Touched:
    """Whom these late rows of a universe reach."""
    versions = [(name, row) for name, row in late if CONTRACTS[name].kind is Kind.ENTITY]
    persons = {person for name, row in late for person in _persons(name, row, universe) if person}
    return Touched(
        frozenset(persons),
        frozenset(world for name, row in late for world in _worlds(name, row)),
        frozenset(world for name, row in versions for world in _worlds(name, row)),
    )


def _persons(name: str, row: Row, universe: Universe) -> set[Any]:
    """Whose rows an event is about: whom it names, or who had the task."""
    if name == "task_events":
        return {
            given[column]
            for given in universe["task_assignments"]
            for column in ("user_id", "internship_instance_id")
            if given["task_assignment_id"] == row["task_assignment_id"]
        }
    names = ("user_id", "student_id", "intern_id", "internship_instance_id")
    return {row[column] for column in names if column in row}


def _worlds(name: str, row: Row) -> set[str]:
    """The worlds of all ids of a row: one."""
    ids = [column.name for column in CONTRACTS[name].columns if column.type is Type.ID]
    return {world_of(row[column]) for column in ids if row[column] is not None}


def _differing(before: Rows, after: Rows, aside: set[str]) -> list[dict[str, str | None]]:
    """The rows that only one of the two has, some columns set aside."""
    one, other = (_without(rows, aside) for rows in (before, after))
    return [dict(row) for row in (one - other) + (other - one)]


def _without(rows: Rows, aside: set[str]) -> Rows:
    if not aside:
        return rows
    kept: Rows = Rows()
    for row, times in rows.items():
        kept[tuple(field for field in row if field[0] not in aside)] += times
    return kept
