"""Tales that are told in the random worlds, so that rules meet which chance alone would hardly bring together.

What belongs here: short stories of content that changes and of students who try, each at random moments, over
random steps, with scores and times on the edges of the rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from assets_tests.progress.oracle_known import Row, World
from assets_tests.progress.world import AS_OF, EPOCH, MICROSECOND, MOMENTS, TARGETS, WorldMaker


def content_in(maker: WorldMaker, step_id: str) -> Row:
    """What a step was at first."""
    names = maker.step()
    versions = [row for row in maker.world["steps"] if row["step_id"] == step_id]
    first = min(versions, key=lambda row: row["effective_at"])
    return {name: first[name] for name in names}


def a_new_step(maker: WorldMaker, **fixed: Any) -> tuple[str, str]:
    """A step from the beginning in an assignment of a student's, and the student; `fixed` is certain of it."""
    given = maker.random.choice(maker.world["assignment_students"])
    step_id = maker.new_id()
    content = maker.step() | {"assignment_id": given["assignment_id"]} | fixed
    maker.version("steps", {"step_id": step_id}, maker.moments[0], content)
    return given["student_id"], step_id


def an_assignment_of_old(maker: WorldMaker) -> Row:
    """An assignment that was there, and a student's, from the beginning of time: their key."""
    key = {"assignment_id": maker.new_id(), "student_id": maker.random.choice(maker.students)}
    content = {"created_at": EPOCH, "is_archived": False}
    maker.version("assignments", {"assignment_id": key["assignment_id"]}, EPOCH, content)
    maker.version("assignment_students", key, EPOCH, {})
    return key


def attempts(maker: WorldMaker, student_id: str, step_id: str, *scores: Decimal | str) -> None:
    """Attempts on a step at any moments up to now."""
    for score in scores:
        at = maker.moment(1, maker.now + 1)
        maker.step_event(step_id, student_id, "attempted", at, score=Decimal(score))


def a_step_is_replaced(maker: WorldMaker) -> None:
    """A step that somebody has worked on goes, and one or two with its element and stage are (or come) there."""
    assignment_id = maker.random.choice(maker.assignments)
    old, place = maker.new_id(), maker.random.randint(2, maker.now)
    content = maker.step() | {
        "assignment_id": assignment_id,
        "element_id": "e",
        "stage": maker.random.choice(["quiz", "play", None]),
    }
    maker.version("steps", {"step_id": old}, maker.moments[0], content)
    maker.version("steps", {"step_id": old}, maker.moments[place], None)
    for _ in range(maker.random.choice([1, 1, 2])):
        moved = {name: maker.step()[name] for name in ("position", "target_score", "is_required")}
        begins = maker.moments[min(place + maker.random.choice([-1, 0, 0, 1, 2]), MOMENTS - 1)]
        new = maker.new_id()
        maker.version("steps", {"step_id": new}, begins, content | moved)
        maker.steps.append(new)
        if maker.chance(0.15):
            changed = content | {"element_id": "f"}
            maker.version("steps", {"step_id": new}, maker.moments[-2], changed)
    if maker.chance(0.25):
        again = maker.moments[min(place + 2, MOMENTS - 1)]
        maker.version("steps", {"step_id": old}, again, content)
    beginnings = [
        ["started"],
        ["started", "attempted"],
        ["attempted", "attempted", "target_adjusted"],
        ["started", "completed_by_teacher"],
        ["target_adjusted"],
    ]
    for student_id in maker.students:
        for event_type in maker.random.choice(beginnings):
            at = maker.moment(1, min(place + 2, MOMENTS))
            maker.step_event(old, student_id, event_type, at)


def steps_follow_each_other(maker: WorldMaker) -> None:
    """Steps of one element and stage, each gone when the next one comes, among others that pass them by."""
    key = an_assignment_of_old(maker)
    assignment_id, student_id = key["assignment_id"], key["student_id"]
    if maker.chance(0.3):
        left, back = sorted(maker.random.sample(maker.moments, 2))
        maker.version("assignment_students", key, left, None)
        maker.version("assignment_students", key, back, {})

    def one_more(**fixed: Any) -> tuple[str, Row]:
        drawn = maker.step() | {"assignment_id": assignment_id, "is_required": maker.chance(0.4)}
        return maker.new_id(), drawn | fixed

    def some_work(step_id: str, *sorts: list[str]) -> None:
        for event_type in maker.random.choice(sorts):
            maker.step_event(step_id, student_id, event_type, maker.moment(0, maker.now + 1))

    changes = sorted(maker.random.sample(range(1, maker.now + 1), maker.random.randint(2, 3)))
    begins = maker.moments[0]
    for change in [*changes, None]:
        step_id, content = one_more(element_id="e", stage="quiz")
        maker.version("steps", {"step_id": step_id}, begins, content)
        if change is not None:
            maker.version("steps", {"step_id": step_id}, maker.moments[change], None)
            begins = maker.moments[change + maker.random.choice([0, 0, 0, -1])]
        some_work(
            step_id, [], [], ["target_adjusted"], ["attempted"], ["started", "target_adjusted"]
        )
    for _ in range(maker.random.randint(0, 3)):
        step_id, content = one_more()
        maker.life("steps", {"step_id": step_id}, lambda content=content: content, 0.7, 0.5)
        some_work(step_id, [], ["started"], ["attempted"], ["completed_by_teacher"])


def a_student_struggles(maker: WorldMaker) -> None:
    """Five to seven attempts on one step, few of them good; sometimes several at one moment."""
    student_id, step_id = maker.pair()
    if maker.chance(0.5):
        student_id, step_id = a_new_step(maker, target_score=Decimal(80))
    at = maker.moment(1, maker.now + 1)
    for _ in range(maker.random.randint(5, 7)):
        at = at if maker.chance(0.5) else maker.moment(1, maker.now + 1)
        score = Decimal(20) if maker.chance(0.9) else maker.score_on(step_id)
        maker.step_event(step_id, student_id, "attempted", at, score=score)


def a_student_is_steady_or_not(maker: WorldMaker) -> None:
    """Pairs of scores whose deviation / mean is 0.15 or 0.3, exactly or nearly."""
    pairs = [("42.5", "57.5"), ("42.5001", "57.5"), ("35", "65"), ("34.9999", "65"), ("0", "0")]
    target = maker.random.choice([Decimal(50), Decimal("57.5"), Decimal(80), None])
    student_id, step_id = a_new_step(maker, target_score=target)
    attempts(
        maker, student_id, step_id, *maker.random.choice(pairs) * maker.random.choice([1, 2, 2])
    )
    if maker.chance(0.2):
        at, lower = maker.moment(1, maker.now + 1), Decimal(50)
        maker.step_event(step_id, student_id, "target_adjusted", at, target_score=lower)


def a_student_just_manages(maker: WorldMaker) -> None:
    """Steps with low targets, reached by scores around 60, five or more of them."""
    student_id, step_id = a_new_step(maker, target_score=Decimal(50))
    low = ("59.9999", "60", "60", "60.0001", "50")
    attempts(maker, student_id, step_id, maker.random.choice(low))
    content = content_in(maker, step_id)
    for _ in range(maker.random.randint(3, 5)):
        another = maker.new_id()
        maker.version("steps", {"step_id": another}, maker.moments[0], content)
        attempts(maker, student_id, another, maker.random.choice(low))


def a_student_plays_freely(maker: WorldMaker) -> None:
    """Plays of the game and stage of a step, with scores around its target, before and after everything."""
    student_id, step_id = a_new_step(
        maker,
        game_id=maker.random.choice(maker.games[:3]),
        stage=maker.random.choice(["quiz", "play", "play", None]),
        target_score=maker.random.choice([None, Decimal(50), Decimal(80), Decimal(80)]),
    )
    step = content_in(maker, step_id)
    for _ in range(maker.random.randint(1, 3)):
        score = maker.score_on(step_id)
        at = maker.moment(0, maker.now + 2)
        maker.play(student_id, step["game_id"], at, stage=step["stage"], score=score)
    if maker.chance(0.5):
        attempts(maker, student_id, step_id, *maker.random.choice([("35",), ("35", "90"), ("45",)]))


def a_game_is_deprecated(maker: WorldMaker) -> None:
    """A game is given up, for another one or for none; its steps may be passed by, and somebody fails at one."""
    game_id = maker.random.choice(maker.games[:3])
    replaced_by = maker.random.choice([None, *maker.games])
    content = {"is_deprecated": True, "replaced_by_game_id": replaced_by}
    maker.version("games", {"game_id": game_id}, maker.random.choice(maker.moments[2:]), content)
    student_id, step_id = a_new_step(
        maker,
        game_id=game_id,
        concept_id=maker.random.choice(maker.concepts),
        target_score=Decimal(100),
    )
    attempts(maker, student_id, step_id, "20")


def a_quiz_is_mastered(maker: WorldMaker) -> None:
    """Two like scores on every quiz of a concept, which some other step has as well."""
    concept_id = maker.random.choice(maker.concepts)
    for stage in maker.random.choice([["quiz"], ["quiz", "play"], ["quiz", "quiz"]]):
        fixed = {"concept_id": concept_id, "stage": stage, "is_required": True}
        student_id, step_id = a_new_step(maker, **fixed, target_score=maker.random.choice(TARGETS))
        attempts(maker, student_id, step_id, "90", "90")


def reviews_are_due(maker: WorldMaker) -> None:
    """Review steps that are due at a moment of the grid, now too, done before, at and after it, or not."""
    for _ in range(2):
        due_at = maker.random.choice([*maker.moments, *[maker.moments[maker.now]] * 8])
        student_id, step_id = a_new_step(maker, stage="review", due_at=due_at)
        if maker.chance(0.6):
            at = maker.moment()
            maker.step_event(step_id, student_id, "attempted", at, score=Decimal(100))


def a_pace_is_on_the_edge(maker: WorldMaker) -> None:
    """One or two steps of ten moments' time, some done: actual and expected are multiples of ten apart."""
    assignment_id, student_id = maker.new_id(), maker.random.choice(maker.students)
    start = maker.now - maker.random.choice([1, 3, 3, 4, 5, 6, 8])
    content = {
        "created_at": maker.moments[max(start, 0)],
        "estimated_duration_days": 10 * (maker.spacing / timedelta(days=1)),
        "is_archived": False,
    }
    maker.version("assignments", {"assignment_id": assignment_id}, maker.moments[0], content)
    key = {"assignment_id": assignment_id, "student_id": student_id}
    maker.version("assignment_students", key, maker.moments[0], {})
    for _ in range(maker.random.randint(1, 2)):
        fixed = {"assignment_id": assignment_id, "is_required": True, "target_score": None}
        _, step_id = a_new_step(maker, **fixed, game_id=None)
        if maker.chance(0.4):
            attempts(maker, student_id, step_id, "70")


def an_assignment_is_still_to_come(maker: WorldMaker) -> None:
    """The only one of somebody's, which begins on a later day; at times it was to end before that."""
    begins = AS_OF + timedelta(days=maker.random.randint(1, 9))
    student_id, assignment_id = f"late-{maker.new_id()}", maker.new_id()
    content = {
        "created_at": EPOCH,
        "due_at": begins + timedelta(days=maker.random.choice([-40, -1, 0, 7])),
        "is_archived": False,
    }
    maker.version("assignments", {"assignment_id": assignment_id}, EPOCH, content)
    key = {"assignment_id": assignment_id, "student_id": student_id}
    maker.version("assignment_students", key, maker.moments[0], {"assigned_at": begins})
    step = maker.step() | {"assignment_id": assignment_id, "is_required": True, "game_id": None}
    maker.version("steps", {"step_id": maker.new_id()}, EPOCH, step)


def a_limit_of_retention_is_met(maker: WorldMaker) -> None:
    """Work exactly 90 or 365 days ago, or a microsecond earlier, on an assignment that was always the student's."""
    key = an_assignment_of_old(maker)
    assignment_id, student_id = key["assignment_id"], key["student_id"]
    for _ in range(2):
        step_id = maker.new_id()
        fixed = {"assignment_id": assignment_id, "target_score": None}
        maker.version("steps", {"step_id": step_id}, EPOCH, maker.step() | fixed)
        at = AS_OF - timedelta(days=maker.random.choice([90, 365]))
        at -= maker.random.choice([timedelta(0), MICROSECOND])
        maker.step_event(step_id, student_id, "attempted", at)


TALES = (
    (a_step_is_replaced, 0.6),
    (a_student_struggles, 0.4),
    (a_student_is_steady_or_not, 0.6),
    (a_student_just_manages, 0.15),
    (a_student_plays_freely, 0.6),
    (a_game_is_deprecated, 0.4),
    (a_quiz_is_mastered, 0.4),
    (reviews_are_due, 0.4),
    (a_pace_is_on_the_edge, 0.4),
    (a_limit_of_retention_is_met, 0.1),
    (an_assignment_is_still_to_come, 0.2),
    (steps_follow_each_other, 0.5),
)


def random_world(seed: int, number: int) -> World:
    """The world of that number."""
    maker = WorldMaker(seed, number)
    maker.draw_people()
    maker.draw_content()
    for tell, probability in TALES:
        if maker.steps and maker.world["assignment_students"] and maker.chance(probability):
            tell(maker)
    maker.draw_signals()
    return maker.world


def together(worlds: Iterable[World]) -> World:
    """All rows of some worlds, each in a place of its own."""
    found: World = {}
    for world in worlds:
        for contract, rows in world.items():
            known = found.setdefault(contract, [])
            known.extend(row | {"_row": place} for place, row in enumerate(rows, len(known)))
    return found
