"""What is done and decided in the lectures: graded work, certifications, exam registration (domain `records`).

The cast of the source document is here: Alice passes by the numbers, Bob fails and is turned away at registration,
Carol passes by her teacher's decision. In statistics certifications are still open, so that registration is blocked.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from pipelines.sources.world.lectures import (
    ALGEBRA,
    ALGEBRA_FINAL,
    ALGEBRA_RULE,
    BOARD,
    EXERCISES,
    HOMEWORK_POINTS,
    LECTURES,
    QUIZ,
    STATISTICS,
    STATISTICS_FINAL,
    STATISTICS_RULE,
    Lecture,
    write_lectures,
)
from pipelines.sources.world.people import NAMED, Person
from pipelines.sources.world.rows import AS_OF, Row, World, day, minutes, moment, one_decimal

ABILITIES = {"Alice Marlow": 0.9, "Bob Tennant": 0.3, "Carol Inoue": 0.46}
CERTIFIED_AT = moment(day("03-19"), "10:00")


def write_records(random: Random) -> World:
    """Rows of the twelve contracts of this domain."""
    participations: list[Row] = []
    grades = _grades(random)
    for lecture in LECTURES:
        for member in lecture.members:
            ability = ABILITIES.get(member.name, 0.5 + 0.45 * random.random())
            participations += _homework(random, lecture, member, ability)
    participations += _midterm(random)
    return write_lectures() | {
        "participations": participations,
        "achievement_grades": grades,
        "certifications": _certifications(participations, grades),
        "registration_events": _registration_events(),
    }


def _homework(random: Random, lecture: Lecture, member: Person, ability: float) -> list[Row]:
    """Handed in and marked some days later; the latest is still unmarked, some are missed or excused."""
    rows: list[Row] = []
    for assessment_id, due_at in lecture.homework():
        handed_in = due_at - minutes(random, 5, 2900)
        marked_at = due_at + timedelta(days=3) + minutes(random, 0, 600)
        points = one_decimal(HOMEWORK_POINTS * min(1.05, ability * (0.8 + 0.35 * random.random())))
        fate = random.random()
        if handed_in >= AS_OF:
            continue
        participation_id = f"par_{assessment_id[4:]}_{member.user_id[5:]}"
        row = _participation(participation_id, assessment_id, member, "pending", handed_in)
        marked = row | {
            "participation_id": f"{participation_id}_marked",
            "actor_id": lecture.teacher_id,
            "occurred_at": marked_at,
        }
        if fate < 0.05:
            rows.append(marked | {"status": "absent", "submitted_at": None})
        elif fate < 0.09:
            rows.append(marked | {"status": "exempt", "submitted_at": None})
        else:
            rows.append(row)
            if marked_at < AS_OF + timedelta(hours=12):
                rows.append(marked | {"status": "reviewed", "points": points})
    return rows


def _midterm(random: Random) -> list[Row]:
    held_at = moment(day("02-28"), "09:00")
    return [
        _participation(
            f"par_linear_algebra_midterm_{member.user_id[5:]}",
            "ass_linear_algebra_midterm",
            member,
            "reviewed",
            held_at,
        )
        | {
            "points": one_decimal(15 + 35 * random.random()),
            "occurred_at": held_at + timedelta(days=4),
        }
        for member in ALGEBRA.members
    ]


def _participation(
    participation_id: str, assessment_id: str, member: Person, status: str, submitted_at: datetime
) -> Row:
    return {
        "participation_id": participation_id,
        "assessment_id": assessment_id,
        "user_id": member.user_id,
        "status": status,
        "points": None,
        "submitted_at": submitted_at,
        "actor_id": None,
        "occurred_at": submitted_at,
    }


def _grades(random: Random) -> list[Row]:
    rows: list[Row] = []
    for member in ALGEBRA.members:
        was_at_board = (
            ABILITIES.get(member.name, random.random()) > 0.1 and member.name != "Carol Inoue"
        )
        rows.append(_grade(BOARD, ALGEBRA, member, "03-10", "pass" if was_at_board else "fail"))
        rows.append(_grade(EXERCISES, ALGEBRA, member, "03-11", str(random.randint(0, 6))))
    for member in STATISTICS.members:
        if random.random() < 0.8:
            percentage = f"{random.randint(350, 1000) / 10:.1f}".replace(".", random.choice(".,"))
            rows.append(_grade(QUIZ, STATISTICS, member, "03-12", percentage))
    # graded by mistake, and graded back to nothing the day after
    first = rows[0]
    return [
        *rows,
        first
        | {
            "achievement_grade_id": f"{first['achievement_grade_id']}_undone",
            "achievement_id": EXERCISES,
            "grade_value": None,
            "occurred_at": moment(day("03-12"), "11:00"),
        },
    ]


def _grade(achievement_id: str, lecture: Lecture, member: Person, on: str, value: str) -> Row:
    return {
        "achievement_grade_id": f"grd_{achievement_id[4:]}_{member.user_id[5:]}",
        "achievement_id": achievement_id,
        "user_id": member.user_id,
        "grade_value": value,
        "actor_id": lecture.teacher_id,
        "occurred_at": moment(day(on), "16:00"),
    }


def _certifications(participations: list[Row], grades: list[Row]) -> list[Row]:
    """Algebra: everybody, by the rule, but Carol; statistics: some passed, some open, some not looked at."""
    rows = [
        _certification(ALGEBRA, member, _by_the_rule(member, participations, grades), ALGEBRA_RULE)
        for member in ALGEBRA.members
    ]
    carol = NAMED["Carol Inoue"]
    rows.append(
        _certification(ALGEBRA, carol, "passed", None)
        | {
            "certification_id": f"cert_linear_algebra_{carol.user_id[5:]}_decided",
            "source": "manual",
            "note": "Medical exemption for the presentation",
            "occurred_at": CERTIFIED_AT + timedelta(days=1),
        }
    )
    for number, member in enumerate(STATISTICS.members[:8]):
        status = "pending" if number % 3 == 2 else "passed"
        rows.append(_certification(STATISTICS, member, status, STATISTICS_RULE))
    return rows


def _by_the_rule(member: Person, participations: list[Row], grades: list[Row]) -> str:
    homework = {assessment_id for assessment_id, _ in ALGEBRA.homework()}
    points = sum(
        (
            Decimal(str(row["points"]))
            for row in participations
            if row["user_id"] == member.user_id
            and row["assessment_id"] in homework
            and row["points"] is not None
        ),
        start=Decimal(0),
    )
    presented = any(
        row["user_id"] == member.user_id and row["grade_value"] == "pass"
        for row in grades
        if row["achievement_id"] == BOARD
    )
    enough = 2 * points >= HOMEWORK_POINTS * len(homework)
    return "passed" if enough and presented else "failed"


def _certification(lecture: Lecture, member: Person, status: str, rule_id: str | None) -> Row:
    return {
        "certification_id": f"cert_{lecture.name}_{member.user_id[5:]}",
        "lecture_id": lecture.lecture_id,
        "user_id": member.user_id,
        "status": status,
        "source": "computed",
        "certified_by": None if status == "pending" else lecture.teacher_id,
        "rule_id": rule_id,
        "note": None,
        "occurred_at": CERTIFIED_AT,
    }


def _registration_events() -> list[Row]:
    """Algebra: saved early, opened in vain, opened, registered for and finalized; statistics: opened too early."""
    algebra = (
        ("saved", "03-16 09:00", None),
        ("opened", "03-18 09:00", None),
        ("saved", "03-20 12:00", None),
        ("opened", "03-20 12:30", None),
        *(("registered", f"03-21 10:{n:02d}", m) for n, m in enumerate(ALGEBRA.members[:9])),
        ("registered", "03-28 08:15", ALGEBRA.members[9]),
        *(
            ("confirmed", f"03-22 09:{n:02d}", m)
            for n, m in enumerate(ALGEBRA.members[:9])
            if n != 1
        ),
        ("withdrawn", "03-25 17:45", ALGEBRA.members[5]),
        ("finalized", "03-29 08:00", None),
    )
    statistics = (
        ("saved", "03-23 09:00", None),
        ("opened", "03-24 09:00", None),
        ("registered", "03-24 11:00", STATISTICS.members[0]),
        ("registered", "03-24 11:20", STATISTICS.members[2]),
        ("registered", "03-24 11:40", STATISTICS.members[9]),
    )
    return [
        {
            "registration_event_id": f"reg_{campaign_id[5:]}_{number:02d}",
            "campaign_id": campaign_id,
            "event_type": event_type,
            "user_id": member.user_id if member else None,
            "occurred_at": moment(day(at.split()[0]), at.split()[1]),
        }
        for campaign_id, events in ((ALGEBRA_FINAL, algebra), (STATISTICS_FINAL, statistics))
        for number, (event_type, at, member) in enumerate(events, 1)
    ]
