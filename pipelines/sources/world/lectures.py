"""Lectures and what belongs to them: members, assessments, achievements, rules, campaigns (domain `records`).

What students did and teachers decided is in `pipelines.sources.world.records`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipelines.sources.world.people import KILN, NAMED, STUDENTS, Person
from pipelines.sources.world.rows import Row, World, midnight

HOMEWORK_POINTS = 20


@dataclass(frozen=True)
class Lecture:
    """A lecture with its members and the days its homework is due."""

    name: str
    title: str
    teacher: str
    members: tuple[Person, ...]
    due_days: tuple[str, ...]

    @property
    def lecture_id(self) -> str:
        """The id that everything else refers to."""
        return f"lec_{self.name}"

    @property
    def teacher_id(self) -> str:
        """Who decides."""
        return NAMED[self.teacher].user_id

    def homework(self) -> Iterator[tuple[str, datetime]]:
        """Id and deadline of each homework, in order."""
        for number, due in enumerate(self.due_days, 1):
            yield f"ass_{self.name}_hw{number}", midnight(due) + timedelta(hours=20)


ALGEBRA = Lecture(
    "linear_algebra",
    "Linear Algebra I",
    "Alan Whitcombe",
    tuple(STUDENTS[:12]),
    ("01-30", "02-06", "02-13", "02-20", "02-27", "03-06"),
)
STATISTICS = Lecture(
    "statistics",
    "Statistics for Engineers",
    "Zoe Carver",
    tuple(STUDENTS[4:]),
    ("02-04", "02-18", "03-04", "03-18", "03-30"),
)
NUMERICS = Lecture(
    "numerics",
    "Numerical Methods",
    "Yusuf Demir",
    tuple(STUDENTS[2:9]),
    ("02-20", "03-20", "04-17"),
)
LECTURES = (ALGEBRA, STATISTICS, NUMERICS)
BOARD, EXERCISES, QUIZ = "ach_board", "ach_exercises", "ach_quiz"
ALGEBRA_RULE, STATISTICS_RULE, NUMERICS_RULE = (
    "rule_linear_algebra",
    "rule_statistics",
    "rule_numerics",
)
ALGEBRA_FINAL, STATISTICS_FINAL = "camp_linear_algebra_final", "camp_statistics_final"


def write_lectures() -> World:
    """Rows of the eight entity contracts of this domain."""
    return {
        "lectures": [
            {
                "lecture_id": lecture.lecture_id,
                "organization_id": KILN,
                "title": lecture.title,
                "teacher_id": lecture.teacher_id,
            }
            for lecture in LECTURES
        ],
        "lecture_members": _members(),
        "assessments": _assessments(),
        "achievements": _achievements(),
        "rules": _rules(),
        "rule_achievements": [
            {"rule_id": ALGEBRA_RULE, "achievement_id": BOARD, "position": 1},
            {"rule_id": STATISTICS_RULE, "achievement_id": QUIZ, "position": 1},
        ],
        "campaigns": [
            {
                "campaign_id": ALGEBRA_FINAL,
                "lecture_id": ALGEBRA.lecture_id,
                "title": "Linear Algebra I, final exam",
            },
            {
                "campaign_id": STATISTICS_FINAL,
                "lecture_id": STATISTICS.lecture_id,
                "title": "Statistics for Engineers, final exam",
            },
        ],
        "registration_policies": _policies(),
    }


def _members() -> list[Row]:
    rows: list[Row] = [
        {
            "lecture_id": lecture.lecture_id,
            "user_id": member.user_id,
            "effective_at": midnight("01-19"),
        }
        for lecture in LECTURES
        for member in lecture.members
    ]
    left: Row = {
        "lecture_id": STATISTICS.lecture_id,
        "user_id": NAMED["Priya Nair"].user_id,
        "effective_at": midnight("02-24"),
        "is_deleted": True,
    }
    joined_again = rows[0] | {
        "lecture_id": NUMERICS.lecture_id,
        "user_id": NAMED["Mei Lin"].user_id,
        "effective_at": midnight("02-02"),
    }
    return [*rows, left, joined_again]


def _assessments() -> list[Row]:
    rows: list[Row] = []
    for lecture in LECTURES:
        for number, (assessment_id, due_at) in enumerate(lecture.homework(), 1):
            rows.append(
                _assessment(lecture, assessment_id, f"Homework {number}", "assignment", due_at)
            )
    rows += [
        _assessment(ALGEBRA, "ass_linear_algebra_midterm", "Midterm", "exam", midnight("02-28"))
        | {"max_points": 50},
        _assessment(STATISTICS, "ass_statistics_talk", "Short talk", "talk", midnight("03-25"))
        | {"max_points": 10},
    ]
    archived = rows[0] | {"is_archived": True, "effective_at": midnight("03-02")}
    return [*rows, archived]


def _assessment(
    lecture: Lecture, assessment_id: str, title: str, kind: str, due_at: datetime
) -> Row:
    return {
        "assessment_id": assessment_id,
        "lecture_id": lecture.lecture_id,
        "title": title,
        "kind": kind,
        "max_points": HOMEWORK_POINTS,
        "due_at": due_at,
        "is_archived": False,
        "effective_at": midnight("01-19"),
    }


def _achievements() -> list[Row]:
    return [
        {
            "achievement_id": BOARD,
            "lecture_id": ALGEBRA.lecture_id,
            "title": "Presented at the board",
            "value_type": "boolean",
            "threshold": None,
            "description": "One exercise, presented and defended in the tutorial",
        },
        {
            "achievement_id": EXERCISES,
            "lecture_id": ALGEBRA.lecture_id,
            "title": "Extra exercises",
            "value_type": "numeric",
            "threshold": 3,
            "description": None,
        },
        {
            "achievement_id": QUIZ,
            "lecture_id": STATISTICS.lecture_id,
            "title": "Weekly quiz",
            "value_type": "percentage",
            "threshold": 60,
            "description": "Mean of the weekly quizzes",
        },
    ]


def _rules() -> list[Row]:
    algebra: Row = {
        "rule_id": ALGEBRA_RULE,
        "lecture_id": ALGEBRA.lecture_id,
        "min_percentage": 50,
        "min_points_absolute": None,
        "active": True,
        "effective_at": midnight("01-19"),
    }
    # lowered after the certifications, which are stale since
    lowered = algebra | {"min_percentage": 45, "effective_at": midnight("03-24")}
    return [
        algebra,
        lowered,
        {
            "rule_id": STATISTICS_RULE,
            "lecture_id": STATISTICS.lecture_id,
            "min_percentage": None,
            "min_points_absolute": 45,
            "active": True,
            "effective_at": midnight("01-19"),
        },
        {
            "rule_id": NUMERICS_RULE,
            "lecture_id": NUMERICS.lecture_id,
            "min_percentage": 40,
            "min_points_absolute": None,
            "active": False,
            "effective_at": midnight("01-19"),
        },
    ]


def _policies() -> list[Row]:
    def policy(
        name: str, campaign_id: str, kind: str, phase: str, position: int, config: dict[str, object]
    ) -> Row:
        return {
            "policy_id": f"pol_{name}",
            "campaign_id": campaign_id,
            "kind": kind,
            "phase": phase,
            "active": True,
            "position": position,
            "config": config,
        }

    algebra, statistics = ALGEBRA.lecture_id, STATISTICS.lecture_id
    until = {"until": "2026-03-27T23:59:59Z"}
    return [
        policy(
            "la_eligible", ALGEBRA_FINAL, "student_performance", "both", 1, {"lecture_id": algebra}
        ),
        policy("la_deadline", ALGEBRA_FINAL, "deadline", "registration", 2, dict(until)),
        policy(
            "la_mail",
            ALGEBRA_FINAL,
            "institutional_email",
            "registration",
            3,
            {"domains": ["kiln.example"]},
        ),
        policy(
            "st_eligible",
            STATISTICS_FINAL,
            "student_performance",
            "both",
            1,
            {"lecture_id": statistics},
        ),
        policy(
            "st_algebra",
            STATISTICS_FINAL,
            "course_prerequisite",
            "registration",
            2,
            {"lecture_id": algebra},
        ),
    ]
