"""A small semester: four students, a sequence of two assignments, and one of everything that changes along the way.

Ann gets through, and has an old assignment behind her. Ben is stuck on a quiz until his teacher helps him, and once
tries a step that is still locked. Cem stops coming in February and is back in March. Dee's scores go up and down, and a
free play does a step for her. On the way a step is replaced by its like, a game is deprecated, an assignment archived.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

AS_OF = datetime(2026, 4, 1, 12, tzinfo=UTC)

Row = dict[str, Any]


def at(day: str, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of 2026, such as `03-01`, or of another year, such as `2024-03-01`."""
    year, month, of_month = day.split("-") if len(day) > 5 else ("2026", *day.split("-"))
    return datetime(int(year), int(month), int(of_month), hour, minute, tzinfo=UTC)


# Per student and step: the days of its attempts with their scores, the step being started just before the first.
ATTEMPTS: dict[tuple[str, str], list[tuple[str, str]]] = {
    ("ann", "old_1"): [("2024-02-05", "80"), ("2024-02-06", "82")],
    ("ann", "old_2"): [("2024-02-07", "90")],
    ("ann", "s1"): [("01-06", "60")],
    ("ann", "s2"): [("01-08", "70")],
    ("ann", "s3"): [("01-12", "75"), ("01-13", "78"), ("01-14", "76.5")],
    ("ann", "s5"): [("01-20", "90")],
    ("ann", "t1"): [("02-20", "65")],
    ("ann", "t2"): [("02-27", "71")],
    ("ann", "t3"): [("03-03", "50")],
    ("ann", "t3b"): [("03-09", "72")],
    ("ann", "t4"): [("03-30", "66")],
    ("ben", "s1"): [("01-07", "70")],
    ("ben", "s2"): [("01-14", "61")],
    ("ben", "s3"): [
        *(("01-21", "20"), ("01-22", "35"), ("01-23", "30"), ("01-28", "41"), ("01-29", "42")),
        *(("02-04", "50"), ("02-05", "44")),
    ],
    ("ben", "s5"): [("03-03", "65")],
    ("ben", "t1"): [("03-12", "45"), ("03-13", "58"), ("03-30", "62")],
    ("ben", "t3b"): [("03-16", "20")],
    ("cem", "s1"): [("01-07", "80")],
    ("cem", "s2"): [("01-15", "50"), ("01-16", "64")],
    ("cem", "s3"): [("03-05", "69.9999"), ("03-06", "70")],
    ("cem", "u1"): [("02-20", "52")],
    ("dee", "s1"): [("01-06", "20")],
    ("dee", "s3"): [("01-19", "15"), ("01-20", "68"), ("01-21", "25"), ("01-22", "99")],
    ("dee", "s4"): [("01-27", "30")],
    ("dee", "s5"): [("01-28", "80")],
}

# Tried without being started, while it was locked.
OUT_OF_TURN = ("ben", "t3b")


def attempts() -> list[Row]:
    """What students did; every attempt took four minutes, in one session a day."""
    rows: list[Row] = []
    for (student_id, step_id), tried in ATTEMPTS.items():
        key = {"step_id": step_id, "student_id": student_id}
        first_day = tried[0][0]
        if (student_id, step_id) != OUT_OF_TURN:
            rows.append(
                key
                | {
                    "event_type": "started",
                    "occurred_at": at(first_day, 9),
                    "session_id": first_day,
                }
            )
        rows += [
            key
            | {
                "event_type": "attempted",
                "score": Decimal(score),
                "time_on_task_ms": 240_000,
                "session_id": day,
                "occurred_at": at(day),
            }
            for day, score in tried
        ]
    return rows


def teachers_events() -> list[Row]:
    """A step completed for Ben, a target set for Dee, and a look at Ann's progress."""
    by_zoe = {"actor_id": "zoe"}
    return [
        by_zoe | row
        for row in (
            {
                "step_id": "s3",
                "student_id": "ben",
                "event_type": "completed_by_teacher",
                "occurred_at": at("03-02"),
            },
            {
                "step_id": "t2",
                "student_id": "dee",
                "event_type": "target_adjusted",
                "target_score": Decimal(60),
                "occurred_at": at("03-02"),
            },
            {
                "step_id": "s3",
                "student_id": "ann",
                "event_type": "progress_reviewed",
                "occurred_at": at("02-10"),
            },
        )
    ]


def step(step_id: str, position: int, stage: str, target: int | None, **more: Any) -> Row:
    """A step; its assignment goes by the first letter of its id."""
    assignment_id = {"s": "numbers", "t": "fractions", "u": "puzzles", "o": "earlier"}[step_id[0]]
    return {
        "step_id": step_id,
        "assignment_id": assignment_id,
        "position": position,
        "stage": stage,
        "target_score": None if target is None else Decimal(target),
    } | more


STUDENTS = ("ann", "ben", "cem", "dee")
REPLACED_AT = at("03-05", 0)

ROWS: dict[str, list[Row]] = {
    "organizations": [{"organization_id": "north", "name": "North"}],
    "users": [
        *({"user_id": name, "username": name, "organization_id": "north"} for name in STUDENTS),
        {"user_id": "eve", "username": "eve", "organization_id": "south"},
        {"user_id": "zoe", "username": "zoe", "role": "teacher", "organization_id": "north"},
    ],
    "classes": [
        {"class_id": "k1", "teacher_id": "zoe"},
        {"class_id": "empty", "teacher_id": "zoe"},
    ],
    "class_students": [
        {"class_id": "k1", "student_id": name} for name in ("ann", "ben", "cem", "eve")
    ],
    "sequences": [{"sequence_id": "arithmetic", "title": "Arithmetic"}],
    "games": [
        {"game_id": "g1"},
        {"game_id": "g2"},
        {
            "game_id": "g1",
            "is_deprecated": True,
            "replaced_by_game_id": "g2",
            "effective_at": at("03-10", 0),
        },
    ],
    "assignments": [
        {
            "assignment_id": "numbers",
            "sequence_id": "arithmetic",
            "position": 1,
            "created_at": at("01-05", 0),
            "due_at": at("02-16", 0),
        },
        {
            "assignment_id": "fractions",
            "sequence_id": "arithmetic",
            "position": 2,
            "created_at": at("02-16", 0),
            "estimated_duration_days": 42.0,
        },
        {"assignment_id": "puzzles", "created_at": at("01-05", 0), "due_at": at("02-01", 0)},
        {
            "assignment_id": "puzzles",
            "created_at": at("01-05", 0),
            "due_at": at("02-01", 0),
            "is_archived": True,
            "effective_at": at("03-01", 0),
        },
        {"assignment_id": "earlier", "created_at": at("2024-02-01", 0)},
    ],
    "assignment_students": [
        *({"assignment_id": "numbers", "student_id": name} for name in STUDENTS),
        *(
            {"assignment_id": "fractions", "student_id": name, "effective_at": at("02-16", 0)}
            for name in STUDENTS
        ),
        {"assignment_id": "puzzles", "student_id": "cem"},
        {"assignment_id": "earlier", "student_id": "ann", "effective_at": at("2024-02-01", 0)},
    ],
    "steps": [
        step("s1", 1, "learn", None),
        step("s2", 2, "play", 60, game_id="g1", concept_id="counting"),
        step("s3", 3, "quiz", 70, concept_id="counting"),
        step("s4", 4, "challenge", 80, is_required=False),
        step("s5", 5, "review", 60, due_at=at("02-10", 0)),
        step("t1", 1, "play", 60, game_id="g1", concept_id="halves"),
        step("t2", 2, "quiz", 70, concept_id="halves"),
        step("t3", 3, "quiz", 70, concept_id="thirds", element_id="e3"),
        {"step_id": "t3", "effective_at": REPLACED_AT, "is_deleted": True},
        step("t3b", 3, "quiz", 70, concept_id="thirds", element_id="e3", effective_at=REPLACED_AT),
        step("t4", 4, "review", 60, due_at=at("03-20", 0)),
        step("u1", 1, "quiz", 50),
        step("old_1", 1, "quiz", 70),
        step("old_2", 2, "quiz", 70),
    ],
    "step_events": [
        {"step_event_id": f"e{number}"} | row
        for number, row in enumerate([*attempts(), *teachers_events()])
    ],
    "free_play_scores": [
        {
            "free_play_score_id": "p1",
            "student_id": "dee",
            "game_id": "g1",
            "stage": "play",
            "score": Decimal(88),
            "time_on_task_ms": 120_000,
            "occurred_at": at("01-09"),
        },
    ],
    "badge_awards": [
        {
            "badge_award_id": "b1",
            "student_id": "ann",
            "badge": "Finisher",
            "occurred_at": at("01-21"),
        }
    ],
}

# The ends of ten days on which something turned, or nothing did.
EARLIER_RUNS = tuple(
    at(day, 0) + timedelta(days=1) - timedelta(microseconds=1)
    for day in (
        *("01-08", "01-13", "01-17", "01-24", "02-04"),
        *("02-16", "02-20", "03-02", "03-14", "03-30"),
    )
)
