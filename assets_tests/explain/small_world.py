"""One small world with a case of everything, for one person: what counts, what does not, and what was taken back.

It is Wednesday 2026-03-18, 12:00 UTC. Rows are told apart by (contract, place in its list, from 0).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

Row = dict[str, Any]

AS_OF = datetime(2026, 3, 18, 12, tzinfo=UTC)


def on(day: int, hour: int = 9) -> datetime:
    """An hour of a day of March 2026."""
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def events(key: str, *rows: Row) -> list[Row]:
    """Rows of an event contract, with keys in their order."""
    return [{key: f"{key}-{place}"} | row for place, row in enumerate(rows)]


ANN: Row = {"user_id": "ann"}
I1: Row = {"internship_instance_id": "i1"}
TASK: Row = ANN | {"assigned_at": on(2)}
STEP: Row = {"assignment_id": "as1", "stage": "play"}
ON_S2: Row = {"step_id": "s2", "student_id": "ann"}
ATTEMPT: Row = ON_S2 | {"event_type": "attempted"}
PLAY: Row = {"student_id": "ann", "game_id": "g1", "stage": "play"}
SHEET: Row = ANN | {"assessment_id": "sheet"}
REVIEWED: Row = {"status": "reviewed"}
LECTURE: Row = {"lecture_id": "l1"}
CERTIFIED: Row = ANN | LECTURE | {"certified_by": "prof"}
POLICY: Row = {"campaign_id": "c1", "phase": "both", "kind": "student_performance"}

WORLD: dict[str, list[Row]] = {
    # The organization's time zone is the internship's; the versions before are superseded.
    "organizations": [
        {"organization_id": "o1", "name": "One"},
        {"organization_id": "o1", "name": "One", "timezone": "Asia/Tokyo", "effective_at": on(2)},
    ],
    "users": [
        ANN | {"username": "ann", "organization_id": "o0"},
        ANN | {"username": "ann", "organization_id": "o1", "effective_at": on(3)},
    ],
    "internships": [
        I1 | ANN | {"employer_id": "e1", "organization_id": "o1"}
        | {"starts_on": date(2026, 3, 2), "ends_on": date(2026, 4, 30)}
    ],
    # The week 03-08..03-14 is asked for: the second day off lies before it.
    "internship_days_off": [I1 | {"day": date(2026, 3, 10)}, I1 | {"day": date(2026, 3, 3)}],
    # Twice on the 11th; on the day off; in another week; after as_of; on what is Saturday the 14th in Tokyo.
    "attendance_records": events(
        "attendance_record_id",
        I1 | {"occurred_at": on(9, 1)},
        I1 | {"occurred_at": on(11, 1)},
        I1 | {"occurred_at": on(11, 5)},
        I1 | {"occurred_at": on(10, 1)},
        I1 | {"occurred_at": on(16, 1)},
        I1 | {"occurred_at": on(25, 1)},
        I1 | {"occurred_at": on(13, 20)},
    ),
    "training_events": events(
        "training_event_id",
        I1 | {"training_id": "m1", "status": "completed", "occurred_at": on(9)},
        I1 | {"training_id": "m2", "status": "started", "occurred_at": on(9)},
        I1 | {"training_id": "m1", "status": "completed", "occurred_at": on(3)},
    ),
    "employer_inputs": events(
        "employer_input_id", I1 | {"employer_id": "e1", "occurred_at": on(12)}
    ),
    # a1 is submitted late, completed, cancelled and completed again; a2 is overdue; a3 was cancelled; a4 is due never.
    "task_assignments": [
        I1 | TASK | {"task_assignment_id": "a1", "task_id": "t1", "due_at": on(9), "difficulty": 4.0},
        I1 | TASK | {"task_assignment_id": "a2", "task_id": "t2", "due_at": on(11)},
        I1 | TASK | {"task_assignment_id": "a3", "task_id": "t3", "due_at": on(11)},
        TASK | {"task_assignment_id": "a4", "task_id": "t4", "skill_match": 0.9},
        TASK | {"task_assignment_id": "a4", "task_id": "t4", "skill_match": 0.8, "effective_at": on(4)},
    ],
    "task_events": events(
        "task_event_id",
        {"task_assignment_id": "a1", "event_type": "submitted", "occurred_at": on(10)},
        {"task_assignment_id": "a1", "event_type": "submitted", "occurred_at": on(17)},
        {"task_assignment_id": "a1", "event_type": "completed", "occurred_at": on(10, 10)},
        {"task_assignment_id": "a1", "event_type": "cancelled", "occurred_at": on(11)},
        {"task_assignment_id": "a1", "event_type": "completed", "occurred_at": on(12)},
        {"task_assignment_id": "a3", "event_type": "cancelled", "occurred_at": on(10)},
        {"task_assignment_id": "a4", "event_type": "completed", "occurred_at": on(13)},
        {"task_assignment_id": "a4", "event_type": "reviewed", "occurred_at": on(14)},
        {"task_assignment_id": "a2", "event_type": "completed", "occurred_at": on(28)},
    ),
    # s1 is passed in free play. s2 is completed by 80 of 70, where 60 were asked for before; then a teacher says 62.
    "assignments": [{"assignment_id": "as1", "title": "One", "created_at": on(2)}],
    "assignment_students": [{"assignment_id": "as1", "student_id": "ann"}],
    "games": [{"game_id": "g1", "title": "Game"}],
    "steps": [
        STEP | {"step_id": "s1", "position": 1, "game_id": "g1", "target_score": Decimal(50)},
        STEP | {"step_id": "s2", "position": 2, "target_score": Decimal(60)},
        STEP | {"step_id": "s2", "position": 2, "target_score": Decimal(70), "effective_at": on(3)},
    ],
    "step_events": events(
        "step_event_id",
        ON_S2 | {"event_type": "started", "time_on_task_ms": 10, "occurred_at": on(5)},
        ATTEMPT | {"score": Decimal(65), "time_on_task_ms": 5, "session_id": "x", "occurred_at": on(6)},
        ATTEMPT | {"score": Decimal(80), "session_id": "y", "occurred_at": on(7)},
        ON_S2 | {"event_type": "target_adjusted", "actor_id": "tea"}
        | {"target_score": Decimal(62), "occurred_at": on(8)},
        ON_S2 | {"event_type": "progress_reviewed", "actor_id": "tea", "occurred_at": on(9)},
        ATTEMPT | {"score": Decimal(99), "occurred_at": on(29)},
    ),
    "free_play_scores": events(
        "free_play_score_id",
        PLAY | {"score": Decimal(55), "occurred_at": on(4)},
        PLAY | {"score": Decimal(45), "occurred_at": on(3)},
    ),
    # One of two sheets was pending and is reviewed; the talk never counts; the achievement was graded twice.
    "lectures": [LECTURE | {"title": "One"}],
    "lecture_members": [ANN | LECTURE],
    "assessments": [
        LECTURE | {"assessment_id": "sheet", "title": "Sheet", "max_points": Decimal(10)},
        LECTURE | {"assessment_id": "other", "title": "Other", "max_points": Decimal(20)},
        LECTURE | {"assessment_id": "talk", "title": "Talk", "kind": "talk", "max_points": Decimal(5)},
    ],
    "participations": events(
        "participation_id",
        SHEET | {"status": "pending", "submitted_at": on(3), "occurred_at": on(3)},
        SHEET | REVIEWED | {"points": Decimal(7), "occurred_at": on(4)},
        SHEET | REVIEWED | {"points": Decimal(9), "occurred_at": on(30)},
        ANN | REVIEWED | {"assessment_id": "talk", "points": Decimal(5), "occurred_at": on(4)},
    ),
    "achievements": [
        LECTURE | {"achievement_id": "ac1", "title": "Board", "value_type": "boolean"}
    ],
    "achievement_grades": events(
        "achievement_grade_id",
        ANN | {"achievement_id": "ac1", "grade_value": "fail", "occurred_at": on(4)},
        ANN | {"achievement_id": "ac1", "grade_value": "pass", "occurred_at": on(5)},
    ),
    # The certification had passed when the attempt was made; the last policy speaks of finalization.
    "campaigns": [LECTURE | {"campaign_id": "c1", "title": "Exam"}],
    "registration_policies": [
        POLICY | {"policy_id": "p1", "position": 1, "kind": "deadline", "config": '{"until": "2026-03-20"}'},
        POLICY | {"policy_id": "p2", "position": 2, "config": '{"lecture_id": "l1"}'},
        POLICY | {"policy_id": "p3", "position": 3, "phase": "finalization", "config": '{"lecture_id": "l1"}'},
    ],
    "certifications": events(
        "certification_id",
        CERTIFIED | {"status": "pending", "occurred_at": on(5)},
        CERTIFIED | {"status": "passed", "occurred_at": on(6)},
        CERTIFIED | {"status": "failed", "occurred_at": on(15)},
    ),
    "registration_events": events(
        "registration_event_id",
        ANN | {"campaign_id": "c1", "event_type": "registered", "occurred_at": on(10)},
        {"campaign_id": "c1", "event_type": "opened", "occurred_at": on(8)},
    ),
}  # fmt: skip
