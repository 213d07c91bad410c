"""Classes, organizations and content at a moment, each from the rows of their students.

What belongs here: `class_progress`, `class_summary`, `organization_progress`, `organization_progress_trend` and
`content_effectiveness`.

Readings, where the documents leave room:
- A mean over a column (`average_score`, `completion_percentage`, `mastery_score`, ...) takes the values as they are
  stored, at 9 decimals, and is rounded once more ("each derived only from the level below").
- `class_summary` looks at every member in force: who is no student counts in `students`, and with her activity.
- `organization_progress` counts students alone; an organization that only other users name has no row.
- A period of the trend needs activity or a completion of a step in force; `mean_score` is over `attempted` events.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction

from assets_tests.progress.oracle_known import Known, Row, exact, mean, rounded
from assets_tests.progress.oracle_students import StudentAt, sunday

BANDS = ("ahead", "on_track", "behind", "at_risk")
PERIODS = ("week", "month", "quarter")


def stored_mean(values: Iterable[Fraction | None]) -> Fraction | None:
    """The mean of what is stored; NULL is skipped."""
    return mean(exact(stored) for stored in map(rounded, values) if stored is not None)


def share(part: int, whole: int) -> Fraction | None:
    """Part / whole; NULL of nothing."""
    return Fraction(part, whole) if whole else None


def members_by_class(known: Known, at: datetime) -> dict[str, list[str]]:
    """The classes in force with their members in force."""
    classes: dict[str, list[str]] = {class_id: [] for (class_id,) in known.in_force("classes", at)}
    for class_id, student_id in known.in_force("class_students", at):
        if class_id in classes:
            classes[class_id].append(student_id)
    return classes


def class_progress(class_id: str, members: Sequence[StudentAt]) -> list[Row]:
    """A row per assignment that a student of the class has."""
    assignment_ids = {found for member in members for found in member.assignments}
    rows = []
    for assignment_id in assignment_ids:
        given = [
            member.assignments[assignment_id]
            for member in members
            if assignment_id in member.assignments
        ]
        bands = {band: sum(row["pacing_status"] == band for row in given) for band in BANDS}
        rows.append(
            {
                "class_id": class_id,
                "assignment_id": assignment_id,
                "students": len(given),
                "mean_completion": stored_mean(row["completion_percentage"] for row in given),
                "mean_mastery": stored_mean(row["mastery_score"] for row in given),
                **bands,
                "complete": sum(row["is_complete"] for row in given),
            }
        )
    return rows


def class_summary(class_id: str, members: Sequence[StudentAt]) -> Row:
    """The row of one class."""
    given = [row for member in members for row in member.assignments.values()]
    moments = [member.last_activity_at for member in members if member.last_activity_at]
    return {
        "class_id": class_id,
        "students": len(members),
        "active_assignments": len({row["assignment_id"] for row in given if row["is_active"]}),
        "mean_completion": stored_mean(
            row["completion_percentage"] for row in given if not row["given"].is_archived
        ),
        "mean_mastery": stored_mean(member.summary["overall_mastery_score"] for member in members),
        "at_risk_students": sum(member.summary["at_risk"] for member in members),
        "last_activity_at": max(moments, default=None),
    }


def organization_progress(
    organization_id: str, students: Sequence[StudentAt], as_of: datetime
) -> Row:
    """The row of one organization."""
    given = [row for student in students for row in student.assignments.values()]
    week_ago = as_of - timedelta(days=7)
    return {
        "organization_id": organization_id,
        "students": len(students),
        "active_assignments": len({row["assignment_id"] for row in given if row["is_active"]}),
        "completion_rate": share(sum(row["is_complete"] for row in given), len(given)),
        "mean_mastery": stored_mean(
            student.summary["overall_mastery_score"] for student in students
        ),
        "active_students_7d": sum(
            student.last_activity_at is not None and student.last_activity_at > week_ago
            for student in students
        ),
        "total_time_on_task_ms": sum(
            student.summary["total_time_on_task_ms"] for student in students
        ),
        "at_risk_students": sum(student.summary["at_risk"] for student in students),
    }


def period_start(period: str, day: date) -> date:
    """The first day of the week, month or quarter that holds a day."""
    if period == "week":
        return sunday(day)
    month = day.month if period == "month" else day.month - (day.month - 1) % 3
    return date(day.year, month, 1)


def organization_trend(organization_id: str, students: Sequence[StudentAt]) -> list[Row]:
    """The rows of one organization's trend."""
    activity = [(student.student_id, row) for student in students for row in student.activity]
    completions = [
        row["completed_at"].date()
        for student in students
        for row in student.steps_in_force
        if row["completed_at"]
    ]
    rows = []
    for period in PERIODS:
        starts = {period_start(period, row["occurred_at"].date()) for _, row in activity}
        starts |= {period_start(period, day) for day in completions}
        for start in starts:
            within = [
                (student_id, row)
                for student_id, row in activity
                if period_start(period, row["occurred_at"].date()) == start
            ]
            rows.append(
                {
                    "organization_id": organization_id,
                    "period": period,
                    "period_start": start,
                    "active_students": len({student_id for student_id, _ in within}),
                    "steps_completed": sum(
                        period_start(period, day) == start for day in completions
                    ),
                    "time_on_task_ms": sum(row["time_on_task_ms"] or 0 for _, row in within),
                    "mean_score": mean(
                        row["score"] for _, row in within if row["event_type"] == "attempted"
                    ),
                }
            )
    return rows


def content_effectiveness(assignment_id: str, sequence_id: str | None, given: list[Row]) -> Row:
    """The row of one assignment over the students who have it."""
    attempts = [step["attempt_count"] for row in given for step in row["steps"]]
    return {
        "assignment_id": assignment_id,
        "sequence_id": sequence_id,
        "students": len(given),
        "completion_rate": share(sum(row["is_complete"] for row in given), len(given)),
        "mean_score": stored_mean(row["average_score"] for row in given),
        "mean_attempts": mean(count for count in attempts if count),
        "mean_time_on_task_ms": mean(row["time_on_task_ms"] for row in given),
        "stuck_students": sum(
            any(step["attempt_count"] > 5 and step["passed"] is False for step in row["steps"])
            for row in given
        ),
    }


def by_organization(
    students: Iterable[StudentAt], known: Known, at: datetime
) -> Mapping[str, list[StudentAt]]:
    """Organizations in force and those that only students name, with their students."""
    found: dict[str, list[StudentAt]] = {
        organization_id: [] for (organization_id,) in known.in_force("organizations", at)
    }
    for student in students:
        if student.organization_id is not None:
            found.setdefault(student.organization_id, []).append(student)
    return found
