"""Which lines of the sample a number is made of, worked out from the landing files alone.

Written from the documents, in plain loops; it shares nothing with the queries of `pipelines.explain` and reads no table
but the row that is explained.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from assets_tests.explain.landed_sample import Landed, LandedSample, Place, moment

Row = Mapping[str, Any]
Lines = Callable[[LandedSample, Row], set[Place]]

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORK_DAYS = "mon|tue|wed|thu|fri"
ACTIVITY = ("started", "attempted")


def places(rows: Iterable[Landed]) -> set[Place]:
    return {row.place for row in rows}


def due(assignment: Landed) -> datetime | None:
    """A bare date is the end of that day."""
    given = assignment.get("due_at")
    if given is None:
        return None
    if len(given) == len("2026-03-01"):
        return moment(given) + timedelta(days=1) - timedelta(microseconds=1)
    return moment(given)


def user_performance(sample: LandedSample, row: Row) -> set[Place]:
    user = row["user_id"]
    users = sample.in_force("users", user_id=user)
    lines = places(users)
    for assignment in sample.in_force("task_assignments", user_id=user):
        standing: Landed | None = None
        taken_back: Landed | None = None
        was_completed = False
        for event in sample.events(
            "task_events", task_assignment_id=assignment["task_assignment_id"]
        ):
            if event["event_type"].lower() == "cancelled":
                standing = None
                taken_back = event if was_completed else None
            elif event["event_type"].lower() == "completed":
                standing = standing or event
                was_completed = True
        lines |= places([taken_back] if taken_back else [])
        if standing is not None:
            lines |= {assignment.place, standing.place}
        elif not users:
            lines.add(assignment.place)
    return lines


def internship_aggregates(sample: LandedSample, row: Row) -> set[Place]:
    internship_id = row["internship_instance_id"]
    [internship] = sample.in_force("internships", internship_instance_id=internship_id)
    lines = {internship.place}
    organizations = sample.in_force(
        "organizations", organization_id=internship.get("organization_id")
    )
    zone = internship.get("timezone")
    if zone is None and organizations:
        lines |= places(organizations)
        zone = organizations[0].get("timezone")
    first = max(row["period_start"], date.fromisoformat(internship["starts_on"]))
    last = min(row["period_end"], date.fromisoformat(internship["ends_on"]))

    def day(when: datetime) -> date | None:
        local = when.astimezone(ZoneInfo(zone or "UTC")).date()
        return local if first <= local <= last else None

    off = [
        day_off
        for day_off in sample.in_force("internship_days_off", internship_instance_id=internship_id)
        if first <= date.fromisoformat(day_off["day"]) <= last
    ]
    lines |= places(off)
    given = internship.values.get("workdays", WORK_DAYS)
    workdays = given if isinstance(given, list) else given.split("|")
    not_worked = {date.fromisoformat(day_off["day"]) for day_off in off}
    for record in sample.events("attendance_records", internship_instance_id=internship_id):
        on = day(record.holds_from)
        if on is not None and on not in not_worked and DAY_NAMES[on.weekday()] in workdays:
            lines.add(record.place)
    lines |= _tasks(sample, internship_id, day)
    for training in sample.events("training_events", internship_instance_id=internship_id):
        if training["status"].lower() == "completed" and day(training.holds_from):
            lines.add(training.place)
    for given_input in sample.events("employer_inputs", internship_instance_id=internship_id):
        if day(given_input.holds_from):
            lines.add(given_input.place)
    return lines


def _tasks(
    sample: LandedSample, internship_id: str, day: Callable[[datetime], date | None]
) -> set[Place]:
    """First submissions in the window with their assignments; what is overdue in it, and what closed what would be."""
    assignments = {
        row["task_assignment_id"]: row
        for row in sample.in_force("task_assignments", internship_instance_id=internship_id)
    }
    events = [
        row for row in sample.events("task_events") if row["task_assignment_id"] in assignments
    ]
    first_submissions: dict[str, Landed] = {}
    closings: dict[str, list[Landed]] = {}
    for event in events:
        task = assignments[event["task_assignment_id"]]["task_id"]
        if event["event_type"].lower() == "submitted":
            first_submissions.setdefault(task, event)
        if event["event_type"].lower() in ("completed", "cancelled"):
            closings.setdefault(event["task_assignment_id"], []).append(event)
    lines = set()
    for event in first_submissions.values():
        if day(event.holds_from):
            lines |= {event.place, assignments[event["task_assignment_id"]].place}
    for key, assignment in assignments.items():
        when = due(assignment)
        if when is None or when >= sample.as_of or not day(when):
            continue
        if assignment["task_id"] not in first_submissions:
            lines |= places(closings.get(key, [assignment]))
    return lines


def step_progress(sample: LandedSample, row: Row) -> set[Place]:
    step_id, student = row["step_id"], row["student_id"]
    versions = [version for version in sample.accepted["steps"] if version["step_id"] == step_id]
    versions.sort(key=lambda version: version.holds_from)
    step = [version for version in versions if not version.says("is_deleted")][-1]
    lines = places([step])
    if row["is_removed"]:
        lines |= places(versions[-1:])
    lines |= places(sample.in_force("games", game_id=step.get("game_id")))
    lines |= places(sample.in_force("assignments", assignment_id=row["assignment_id"]))
    lines |= places(
        sample.in_force(
            "assignment_students", assignment_id=row["assignment_id"], student_id=student
        )
    )
    counting = {step_id, *_steps_replaced_by(sample, step, student)}
    for event in sample.events("step_events", student_id=student):
        if event["step_id"] in counting and event["event_type"].lower() != "progress_reviewed":
            lines.add(event.place)
    if row["completion_source"] == "free_play_reconciled":
        plays = [
            play
            for play in sample.events("free_play_scores", student_id=student)
            if play["game_id"] == step["game_id"]
            and play.get("stage") == step["stage"]
            and float(play["score"]) >= float(step.get("target_score", "0") or 0)
        ]
        lines |= places(plays[:1])
    if row["completion_source"] is None and row["completed_at"] is not None:
        lines |= _passed_by(sample, step, student, row["completed_at"])
    return lines


def _steps_replaced_by(sample: LandedSample, step: Landed, student: str) -> set[str]:
    """Removed steps of the same assignment, element and stage that the student had begun."""
    there = {row["step_id"] for row in sample.in_force("steps")}
    removed = {
        row["step_id"]
        for row in sample.accepted["steps"]
        if row["step_id"] not in there
        and all(
            row.get(column) is not None and row.get(column) == step.get(column)
            for column in ("assignment_id", "element_id", "stage")
        )
    }
    begun = {row["step_id"] for row in sample.events("step_events", student_id=student)}
    return (removed & begun) if step["step_id"] in there else set()


def _passed_by(sample: LandedSample, step: Landed, student: str, when: datetime) -> set[Place]:
    """What happened at that moment on a step of higher position, whatever it was that began or completed it."""
    higher = {
        row["step_id"]: row
        for row in sample.in_force("steps", assignment_id=step["assignment_id"])
        if int(row["position"]) > int(step["position"])
    }
    return places(
        event
        for event in sample.events("step_events", student_id=student)
        if event["step_id"] in higher and event.holds_from == when
    )


def assignment_progress(sample: LandedSample, row: Row, steps: Iterable[Row]) -> set[Place]:
    [assignment] = sample.in_force("assignments", assignment_id=row["assignment_id"])
    lines = {assignment.place}
    lines |= places(sample.in_force("sequences", sequence_id=assignment.get("sequence_id")))
    lines |= places(
        sample.in_force(
            "assignment_students",
            assignment_id=row["assignment_id"],
            student_id=row["student_id"],
        )
    )
    for step in steps:
        if not step["is_removed"] and step["assignment_id"] == row["assignment_id"]:
            lines |= step_progress(sample, step)
    return lines


def student_progress_summary(
    sample: LandedSample, row: Row, assignments: Iterable[Row], steps: Iterable[Row]
) -> set[Place]:
    student = row["student_id"]
    lines = places(sample.in_force("users", user_id=student))
    lines |= places(sample.events("badge_awards", student_id=student))
    known = {version["step_id"] for version in sample.accepted["steps"]}
    for event in sample.events("step_events", student_id=student):
        if event["event_type"].lower() in ACTIVITY and event["step_id"] in known:
            lines.add(event.place)
    games = {game["game_id"]: game for game in sample.in_force("games")}
    for play in sample.events("free_play_scores", student_id=student):
        if play["game_id"] in games:
            lines |= {play.place, games[play["game_id"]].place}
    for assignment in assignments:
        lines |= assignment_progress(sample, assignment, steps)
    return lines


def performance_records(sample: LandedSample, row: Row) -> set[Place]:
    lecture, user = row["lecture_id"], row["user_id"]
    lines = places(sample.in_force("lectures", lecture_id=lecture))
    lines |= places(sample.in_force("lecture_members", lecture_id=lecture, user_id=user))
    for assessment in sample.in_force("assessments", lecture_id=lecture):
        if (assessment.get("kind") or "assignment").lower() == "assignment":
            said = sample.events(
                "participations", assessment_id=assessment["assessment_id"], user_id=user
            )
            lines |= places([assessment, *said[-1:]])
    for achievement in sample.in_force("achievements", lecture_id=lecture):
        grades = sample.events(
            "achievement_grades", achievement_id=achievement["achievement_id"], user_id=user
        )
        lines |= places([achievement, *grades[-1:]])
    return lines


def registration_decisions(sample: LandedSample, row: Row) -> set[Place]:
    [event] = sample.events(
        "registration_events", registration_event_id=row["registration_event_id"]
    )
    when, campaign_id, user = event.holds_from, event["campaign_id"], event["user_id"]
    [campaign] = sample.in_force("campaigns", at=when, campaign_id=campaign_id)
    lines = {event.place, campaign.place}
    lines |= places(sample.in_force("lectures", at=when, lecture_id=campaign["lecture_id"]))
    policies = [
        policy
        for policy in sample.in_force("registration_policies", at=when, campaign_id=campaign_id)
        if policy.says("active", default=True)
        and policy["phase"].lower() in ("both", "registration")
    ]
    policies.sort(key=lambda policy: (int(policy["position"]), policy["policy_id"]))
    for policy in policies[: row["policies_evaluated"]]:
        lines.add(policy.place)
        given = policy.values.get("config") or {}
        config = json.loads(given) if isinstance(given, str) else given
        if policy["kind"] in ("student_performance", "course_prerequisite"):
            lecture = str(config["lecture_id"])
            lines |= places(sample.in_force("lectures", at=when, lecture_id=lecture))
            certifications = [
                certification
                for certification in sample.events(
                    "certifications", lecture_id=lecture, user_id=user
                )
                if certification.holds_from <= when
            ]
            lines |= places(certifications[-1:])
        if policy["kind"] == "institutional_email":
            lines |= places(sample.in_force("users", at=when, user_id=user))
    return lines
