"""One small lecture and its exam, built once: the document's example and a few odd cases beside it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assets_tests.dbt.harness import failures, make_warehouse, run_dbt

MARCH = datetime(2026, 3, 1, 12, tzinfo=UTC)
LECTURE = {"lecture_id": "algebra"}


def event(key: str, number: int, **row: Any) -> dict[str, Any]:
    return {key: str(number), "occurred_at": MARCH} | row


def on_day(day: int) -> datetime:
    return MARCH + timedelta(days=day - 1)


def participations() -> list[dict[str, Any]]:
    """Two sheets of 50 points: Alice has 58, Bob 42 and Carol 65 of 100; Dan, exempt from the second, 1 of 50."""
    points: dict[tuple[str, str], str] = {
        ("sheet-1", "alice"): "28",
        ("sheet-2", "alice"): "30",
        ("sheet-1", "bob"): "42",
        ("sheet-1", "carol"): "40",
        ("sheet-2", "carol"): "25",
        ("sheet-1", "dan"): "1",
    }
    reviewed = [
        {"assessment_id": sheet, "user_id": user, "status": "reviewed", "points": Decimal(earned)}
        for (sheet, user), earned in points.items()
    ]
    others = [
        {"assessment_id": "sheet-2", "user_id": "bob", "status": "pending", "submitted_at": MARCH},
        {"assessment_id": "sheet-2", "user_id": "dan", "status": "exempt"},
    ]
    return [
        event("participation_id", number, **row) for number, row in enumerate(reviewed + others)
    ]


def grades() -> list[dict[str, Any]]:
    given = {
        ("1", "alice"): "Pass",
        ("2", "alice"): "13",
        ("1", "bob"): "Fail",
        ("2", "bob"): "12abc",
        ("1", "carol"): " pass ",
        ("2", "carol"): "11,9",
    }
    return [
        event(
            "achievement_grade_id",
            number,
            achievement_id=achievement,
            user_id=user,
            grade_value=grade,
        )
        for number, ((achievement, user), grade) in enumerate(given.items())
    ]


def certifications() -> list[dict[str, Any]]:
    """By the rule, Carol in spite of it, Dan ten days later; Eve has left the lecture and keeps hers."""
    by_the_rule = {"certified_by": "teacher", "rule_id": "half"}
    manual = {"certified_by": "teacher", "source": "manual", "note": "Medical exemption"}
    decided: list[dict[str, Any]] = [
        {"user_id": "alice", "status": "passed"} | by_the_rule,
        {"user_id": "bob", "status": "failed"} | by_the_rule,
        {"user_id": "eve", "status": "passed"} | by_the_rule,
        {"user_id": "carol", "status": "passed"} | manual,
        {"user_id": "dan", "status": "failed", "occurred_at": on_day(10)} | by_the_rule,
    ]
    return [
        event("certification_id", number, **LECTURE | row) for number, row in enumerate(decided)
    ]


def registration_events() -> list[dict[str, Any]]:
    """Opened in vain while Dan was not certified, and again when he was; Dan is confirmed, and rejected in the end."""
    happened = [
        *(("saved", 2, None), ("opened", 3, None), ("opened", 11, None)),
        *(("registered", 12, user) for user in ("alice", "bob", "carol")),
        *(("confirmed", 13, user) for user in ("alice", "carol", "dan")),
        ("finalized", 14, None),
    ]
    return [
        {
            "registration_event_id": f"{event_type}-{number}",
            "campaign_id": "final",
            "event_type": event_type,
            "user_id": user_id,
            "occurred_at": on_day(day),
        }
        for number, (event_type, day, user_id) in enumerate(happened)
    ]


ROWS: dict[str, list[dict[str, Any]]] = {
    "lectures": [
        LECTURE | {"title": "Linear Algebra"},
        {"lecture_id": "empty", "title": "No sheets yet"},
    ],
    "lecture_members": [
        *(LECTURE | {"user_id": user} for user in ("alice", "bob", "carol", "dan", "eve")),
        LECTURE | {"user_id": "eve", "effective_at": MARCH, "is_deleted": True},
        {"lecture_id": "empty", "user_id": "alice"},
    ],
    "assessments": [
        LECTURE | {"assessment_id": sheet, "title": sheet, "max_points": Decimal(50)}
        for sheet in ("sheet-1", "sheet-2")
    ],
    "participations": participations(),
    "achievements": [
        LECTURE | {"achievement_id": "1", "title": "Presentation", "value_type": "boolean"},
        LECTURE
        | {
            "achievement_id": "2",
            "title": "Attendance",
            "value_type": "numeric",
            "threshold": Decimal(12),
        },
    ],
    "achievement_grades": grades(),
    "rules": [LECTURE | {"rule_id": "half", "min_percentage": Decimal(50), "active": True}],
    "rule_achievements": [
        {"rule_id": "half", "achievement_id": achievement, "position": position}
        for position, achievement in enumerate(("2", "1"))
    ],
    "certifications": certifications(),
    "campaigns": [LECTURE | {"campaign_id": "final", "title": "Final exam"}],
    "registration_policies": [
        {
            "policy_id": "eligible",
            "campaign_id": "final",
            "kind": "student_performance",
            "phase": "both",
            "position": 1,
            "config": '{"lecture_id":"\\talgebra"}',  # an id is read without the white space around it
        }
    ],
    "registration_events": registration_events(),
}


@pytest.fixture(scope="package")
def algebra(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with the marts of records over the lecture `algebra`; add nothing to it."""
    path = make_warehouse(tmp_path_factory.mktemp("algebra") / "warehouse.duckdb", ROWS)
    assert failures(run_dbt(path, "run", "--select", "+path:models/marts/records")) == []
    return path
