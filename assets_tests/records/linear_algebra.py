"""The files of the document's complete example, and of what came to pass a month after it.

What belongs here: rows as a source would drop them. What the tables say of them is `test_linear_algebra.py`'s business.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pipelines.settings import Settings

CERTIFIED_AT = datetime(2026, 2, 9, 10, tzinfo=UTC)
LECTURE = {"lecture_id": 42}
PRESENTATION, ATTENDANCE = {"achievement_id": 1}, {"achievement_id": 2}
BY_THE_RULE = {"certified_by": "weber", "rule_id": 7, "source": "computed"}
POINTS = {"alice": (28, 30), "bob": (20, 22), "carol": (40, 25)}
GRADES = {"alice": ("Pass", "13"), "bob": ("Fail", "4"), "carol": ("Pass", "8")}
STUDENTS = tuple(POINTS)

FILES: dict[str, list[dict[str, Any]]] = {
    "lectures": [LECTURE | {"title": "Linear Algebra", "teacher_id": "weber"}],
    "lecture_members": [LECTURE | {"user_id": student} for student in STUDENTS],
    "assessments": [
        LECTURE | {"assessment_id": week, "title": f"Homework {week}", "max_points": 50}
        for week in (1, 2)
    ],
    "participations": [
        {
            "participation_id": f"{student}-{week}",
            "assessment_id": week,
            "user_id": student,
            "status": "reviewed",
            "points": points,
            "occurred_at": f"2026-02-0{week}T09:00:00Z",
        }
        for student, earned in POINTS.items()
        for week, points in enumerate(earned, 1)
    ],
    "achievements": [
        LECTURE | PRESENTATION | {"title": "Blackboard Presentation", "value_type": "boolean"},
        LECTURE
        | ATTENDANCE
        | {"title": "Lab Attendance", "value_type": "numeric", "threshold": 12},
    ],
    "achievement_grades": [
        {
            "achievement_grade_id": f"{student}-{achievement}",
            "achievement_id": achievement,
            "user_id": student,
            "grade_value": grade,
            "occurred_at": "2026-02-08T09:00:00Z",
        }
        for student, grades in GRADES.items()
        for achievement, grade in enumerate(grades, 1)
    ],
    "rules": [LECTURE | {"rule_id": 7, "min_percentage": 50, "active": True}],
    "rule_achievements": [
        {"rule_id": 7, "position": position} | achievement
        for position, achievement in enumerate((PRESENTATION, ATTENDANCE), 1)
    ],
    "certifications": [
        LECTURE
        | {"certification_id": f"{student}-certified", "user_id": student, "status": status}
        | {"occurred_at": CERTIFIED_AT.isoformat()}
        | reason
        for student, status, reason in (
            ("alice", "passed", BY_THE_RULE),
            ("bob", "failed", BY_THE_RULE),
            (
                "carol",
                "passed",
                {
                    "certified_by": "weber",
                    "source": "manual",
                    "note": "Medical exemption for attendance requirement",
                },
            ),
        )
    ],
    "campaigns": [LECTURE | {"campaign_id": "final", "title": "Final exam"}],
    "registration_policies": [
        {
            "policy_id": "eligible",
            "campaign_id": "final",
            "kind": "student_performance",
            "phase": "both",
            "position": 1,
            "config": LECTURE,
        }
    ],
    "registration_events": [
        {
            "registration_event_id": event_id,
            "campaign_id": "final",
            "event_type": event_id.split("-")[0],
            "user_id": event_id.partition("-")[2] or None,
            "occurred_at": f"2026-02-{day}T09:00:00Z",
        }
        for event_id, day in (
            ("saved", 10),
            ("opened", 11),
            *((f"registered-{student}", 12) for student in STUDENTS),
            *((f"confirmed-{student}", 13) for student in ("alice", "carol")),
            ("finalized", 14),
        )
    ],
}

# Everything that a decision went by is another a month later.
LATER: dict[str, list[dict[str, Any]]] = {
    "certifications": [
        LECTURE
        | {"certification_id": f"{student}-again", "user_id": student, "status": status}
        | {"certified_by": "weber", "source": "manual", "occurred_at": "2026-04-01T10:00:00Z"}
        for student, status in (("alice", "failed"), ("bob", "passed"), ("carol", "pending"))
    ],
    "rules": [
        LECTURE | {"rule_id": 7, "min_percentage": 40, "active": True, "effective_at": "2026-04-01"}
    ],
    "registration_policies": [
        {"policy_id": "eligible", "is_deleted": True, "effective_at": "2026-04-01T00:00:00Z"}
    ],
    "lecture_members": [
        LECTURE | {"user_id": "carol", "is_deleted": True, "effective_at": "2026-04-01"}
    ],
    "registration_events": [
        {
            "registration_event_id": f"later-{event_type}",
            "campaign_id": "final",
            "event_type": event_type,
            "user_id": user_id,
            "occurred_at": "2026-04-02T10:00:00Z",
        }
        for event_type, user_id in (
            *(("opened", None), ("registered", "bob"), ("confirmed", "bob")),
            *(("withdrawn", "alice"), ("finalized", None)),
        )
    ],
}


def land(settings: Settings, files: Mapping[str, Sequence[Mapping[str, Any]]], name: str) -> None:
    """Drop a JSONL file per contract."""
    for contract, rows in files.items():
        path = settings.landing / contract / f"{name}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
