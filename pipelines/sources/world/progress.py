"""The work on the steps: attempts, free play, badges and what teachers do (domain `progress`).

Most students get through; Bob struggles, Henry stops coming in March, and Isla's scores go up and down.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from pipelines.sources.world.curriculum import (
    ARCHIVED_AT,
    CLASSES,
    GAMES,
    NEW_STEP,
    REMOVED_AT,
    REMOVED_STEP,
    STAGES,
    TARGETS,
    Assignment,
    assigned_to,
    write_curriculum,
)
from pipelines.sources.world.people import NAMED, STUDENTS, Person
from pipelines.sources.world.rows import (
    AS_OF,
    LAST_DAY,
    Row,
    World,
    day,
    midnight,
    minutes,
    moment,
    one_decimal,
)


@dataclass
class Learner:
    """A student with what is theirs: ability, steadiness, the last day they come, and their events so far."""

    person: Person
    ability: float
    spread: float
    stops_at: datetime
    teacher_id: str
    events: list[Row] = field(default_factory=list)

    def score(self, random: Random, attempt: int) -> float:
        """The score of an attempt, a little better with each one."""
        drawn = self.ability + 5 * attempt + self.spread * (2 * random.random() - 1)
        return min(100.0, max(5.0, drawn))


def write_progress(random: Random) -> World:
    """Rows of the ten contracts of this domain."""
    learners = [_learner(random, student) for student in STUDENTS]
    badges: list[Row] = []
    for learner in learners:
        for assignment in assigned_to(learner.person):
            finished_at = _work_through(random, learner, assignment)
            if finished_at is not None:
                badges.append(_badge(learner, assignment, finished_at))
    return write_curriculum() | {
        "step_events": [event for learner in learners for event in learner.events]
        + _teachers_events(),
        "free_play_scores": [play for learner in learners for play in _free_play(random, learner)],
        "badge_awards": badges,
    }


def _learner(random: Random, student: Person) -> Learner:
    ability, spread, stops_at = 62 + 26 * random.random(), 10.0, AS_OF + timedelta(hours=8)
    match student.name:
        case "Bob Tennant":
            ability, spread = 38.0, 8.0
        case "Henry Walsh":
            stops_at = midnight("03-12")
        case "Isla Fraser":
            ability, spread = 58.0, 40.0
    teacher = next(
        NAMED[teacher].user_id for _, teacher, students in CLASSES.values() if student in students
    )
    return Learner(student, ability, spread, stops_at, teacher)


def _work_through(random: Random, learner: Learner, assignment: Assignment) -> datetime | None:
    """Take the steps in turn; the moment of the last one, or None where the student did not get there."""
    on = assignment.created_at.date() + timedelta(days=random.randint(0, 4))
    ends_at = (
        min(learner.stops_at, ARCHIVED_AT) if assignment.sequence is None else learner.stops_at
    )
    now = moment(on, "08:00") + minutes(random, 0, 240)
    for stage, step_id in assignment.step_ids():
        if stage == "challenge" and random.random() < 0.35:
            continue
        if random.random() < 0.85:
            on = now.date() + timedelta(days=random.randint(1, 7))
            now = moment(on, "08:00") + minutes(random, 0, 300)
        done_at = _work_on_step(random, learner, step_id, stage, now, ends_at)
        if done_at is None:
            return None
        now = done_at + minutes(random, 3, 10)
    return now


def _work_on_step(
    random: Random, learner: Learner, step_id: str, stage: str, now: datetime, ends_at: datetime
) -> datetime | None:
    """Attempts until the target is reached; a stuck student is helped by the teacher, or stays stuck."""
    target = TARGETS[stage]
    patience = 7 if learner.ability < 50 else 4
    _record(learner, step_id, "started", now, ends_at)
    for attempt in range(patience):
        worked = minutes(random, 4, 25)
        now += worked + minutes(random, 1, 4)
        score = learner.score(random, attempt)
        spent = int(worked.total_seconds() * 1000)
        _record(
            learner,
            step_id,
            "attempted",
            now,
            ends_at,
            score=one_decimal(score),
            time_on_task_ms=spent,
        )
        if now >= ends_at:
            return None
        if target is None or score >= target:
            return now
    if random.random() < 0.5:
        return None
    now += timedelta(hours=3)
    _record(
        learner,
        step_id,
        "completed_by_teacher",
        now,
        ends_at,
        actor_id=learner.teacher_id,
        reason="Explained it at the board",
    )
    return now


def _record(
    learner: Learner,
    step_id: str,
    event_type: str,
    now: datetime,
    ends_at: datetime,
    **more: object,
) -> None:
    """Add an event, if the student (and the sample) gets that far."""
    if now >= ends_at:
        return
    placed = NEW_STEP if step_id == REMOVED_STEP and now >= REMOVED_AT else step_id
    is_students = "actor_id" not in more
    student_number = learner.person.user_id[5:]
    learner.events.append(
        {
            "step_event_id": f"sev_{student_number}_{len(learner.events) + 1:03d}",
            "step_id": placed,
            "student_id": learner.person.user_id,
            "event_type": event_type,
            "score": None,
            "target_score": None,
            "time_on_task_ms": None,
            "session_id": f"ses_{student_number}_{now:%m%d}" if is_students else None,
            "actor_id": None,
            "reason": None,
            "occurred_at": now,
        }
        | more
    )


def _teachers_events() -> list[Row]:
    """Targets set for one student, and reviews of whole assignments."""
    yusuf, zoe = NAMED["Yusuf Demir"].user_id, NAMED["Zoe Carver"].user_id
    adjusted: Row = {"event_type": "target_adjusted", "reason": "Agreed at the parents' evening"}
    reviewed: Row = {"event_type": "progress_reviewed"}
    planned: tuple[tuple[str, str, str, str, Row], ...] = (
        ("Bob Tennant", "step_fractions_1_quiz", "02-11", yusuf, adjusted | {"target_score": 55}),
        ("Bob Tennant", "step_fractions_2_quiz", "02-25", yusuf, adjusted | {"target_score": 50}),
        ("Isla Fraser", "step_fractions_2_review", "03-04", zoe, adjusted | {"target_score": 65}),
        ("Alice Marlow", "step_fractions_1_review", "02-10", yusuf, reviewed),
        ("Bob Tennant", "step_fractions_1_review", "02-10", yusuf, reviewed),
        ("Henry Walsh", "step_fractions_2_quiz", "03-18", yusuf, reviewed),
        ("Isla Fraser", "step_fractions_3_quiz", "03-19", zoe, reviewed),
    )
    return [
        {
            "step_event_id": f"sev_teacher_{number}",
            "step_id": step_id,
            "student_id": NAMED[student].user_id,
            "actor_id": actor_id,
            "occurred_at": moment(day(on), "15:30"),
        }
        | what
        for number, (student, step_id, on, actor_id, what) in enumerate(planned, 1)
    ]


def _free_play(random: Random, learner: Learner) -> list[Row]:
    own_games = sorted({assignment.game_id for assignment in assigned_to(learner.person)})
    rows: list[Row] = []
    for week in range(10):
        on = day("01-20") + timedelta(days=7 * week + random.randint(0, 6))
        occurred_at = moment(min(on, LAST_DAY), "09:00") + minutes(random, 0, 500)
        is_own = random.random() < 0.7
        game_id = random.choice(own_games if is_own else sorted(GAMES))
        score = learner.score(random, 1)
        if random.random() < 0.3 or occurred_at >= learner.stops_at:
            continue
        rows.append(
            {
                "free_play_score_id": f"fps_{learner.person.user_id[5:]}_{week + 1:02d}",
                "student_id": learner.person.user_id,
                "game_id": game_id,
                "stage": random.choice(STAGES[1:4]) if random.random() < 0.8 else None,
                "score": one_decimal(score),
                "context": "previous_assignment" if is_own else "all_games",
                "time_on_task_ms": random.randint(90, 900) * 1000,
                "occurred_at": occurred_at,
            }
        )
    return rows


def _badge(learner: Learner, assignment: Assignment, finished_at: datetime) -> Row:
    return {
        "badge_award_id": f"bdg_{learner.person.user_id[5:]}_{assignment.name}",
        "student_id": learner.person.user_id,
        "badge": f"{assignment.title}: all the way through",
        "occurred_at": finished_at + timedelta(seconds=1),
    }
