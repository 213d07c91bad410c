"""Random worlds of tasks: few people, few moments around midnights and weeks, so that ties and edges are common.

What belongs here: rows as the ledger would hold them after ingestion. What follows from them is the oracle's and the
marts' business.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from assets_tests.performance.oracle import Row, World

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# A Sunday: the week before it is over exactly then.
TURN = datetime(2026, 3, 15, tzinfo=UTC)
MOMENTS = sorted(
    moment + step
    for moment in (*(TURN - timedelta(days=days) for days in (60, 30, 14, 9, 8, 7, 3, 1, 0)), TURN + timedelta(days=4))
    for step in (-MICROSECOND, timedelta(0), MICROSECOND, timedelta(hours=9))
)  # fmt: skip
BATCHES = (1, 1, 1, 2)
ORGANIZATIONS = ("o1", "o2", "o3", "o10", None)
ROLES = ("student", "employee", "team_lead", "manager", "teacher", "admin", "employer")
DIFFICULTIES = (None, 0.0, 10.0, 8.0, 7.9999999999, 7.999999999, 2.5, 1 / 3, 9.9)
SKILL_MATCHES = (None, 0.0, 1.0, 0.5, 1 / 3, 2.5e-9, 0.1 + 0.2, 0.95)
HOURS = (None, 0.0, 1 / 7, 2.5, 1234.0000000005)


class WorldMaker:
    """Draws users and their tasks. Ids are numbered over all of them, so that `9` > `10` occurs as text."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.world: World = {"users": [], "task_assignments": [], "task_events": []}
        self.ids = 0

    def new_id(self) -> str:
        """An id never given before."""
        self.ids += 1
        return str(self.ids)

    def add(self, contract: str, row: Row, batch: int | None = None) -> None:
        """One accepted row."""
        place = len(self.world[contract])
        batch = batch or self.random.choice(BATCHES)
        self.world[contract].append(row | {"_batch": batch, "_row": place})

    def versions(self, contract: str, key: Row, content: Callable[[], Row]) -> None:
        """An entity's life: mostly one early version, else several, with tombstones and returns."""
        begins = {EPOCH}
        if self.random.random() < 0.3:
            begins |= set(self.random.sample(MOMENTS, self.random.randint(1, 3)))
        for place, effective_at in enumerate(sorted(begins)):
            is_deleted = place > 0 and self.random.random() < 0.4
            row = {name: None if is_deleted else value for name, value in content().items()}
            self.add(contract, row | key | {"effective_at": effective_at, "is_deleted": is_deleted})

    def user(self) -> Row:
        """A version of a user; now and then of another organization or role."""
        return {
            "username": f"name {self.random.randint(1, 99)}",
            "email": None,
            "organization_id": self.random.choice(ORGANIZATIONS),
            "role": self.random.choice(ROLES[:5] * 4 + ROLES),
            "experience_level": self.random.randint(1, 10),
        }

    def assignment(self, user_id: str, users: list[str]) -> Row:
        """A version of an assignment; now and then it goes to somebody else, or is due at another moment."""
        return {
            "task_id": "task",
            "user_id": user_id if self.random.random() < 0.95 else self.random.choice(users),
            "internship_instance_id": None,
            "title": None,
            "difficulty": self.random.choice(DIFFICULTIES),
            "skill_match": self.random.choice(SKILL_MATCHES),
            "assigned_at": EPOCH,
            "due_at": self.random.choice([None] * 10 + MOMENTS),
        }

    def event(
        self, assignment_id: str, event_type: str, occurred_at: datetime, batch: int | None = None
    ) -> None:
        """Something that happened to an assignment."""
        row = {
            "task_event_id": self.new_id(),
            "task_assignment_id": assignment_id,
            "event_type": event_type,
            "outcome": None,
            "actor_id": None,
            "actual_hours": self.random.choice(HOURS),
            "occurred_at": occurred_at,
        }
        self.add("task_events", row, batch)

    def draw_user(self, users: list[str]) -> None:
        """The last of `users`, known or not, and up to a dozen tasks with up to four events each."""
        user_id = users[-1]
        if self.random.random() < 0.9:
            self.versions("users", {"user_id": user_id}, self.user)
        for _ in range(self.random.choice([0, 1, 2, 3, 5, 12])):
            assignment_id = self.new_id()
            if self.random.random() < 0.97:
                self.versions(
                    "task_assignments",
                    {"task_assignment_id": assignment_id},
                    lambda: self.assignment(user_id, users),
                )
            for _ in range(self.random.choice([0, 1, 1, 2, 4])):
                event_type = self.random.choice(
                    ["completed"] * 5 + ["cancelled", "submitted", "reviewed"]
                )
                self.event(assignment_id, event_type, self.random.choice(MOMENTS))

    def draw_diligent_user(self, tasks: int, punctuality: float) -> None:
        """Somebody with many hard tasks in the weeks before the turn, most of them on time."""
        user_id = self.new_id()
        self.versions("users", {"user_id": user_id}, self.user)
        for _ in range(tasks):
            assignment_id = self.new_id()
            completed_at = TURN - timedelta(minutes=self.random.randint(1, 40_000))
            late = timedelta(hours=0 if self.random.random() < punctuality else 5)
            row = self.assignment(user_id, [user_id]) | {
                "difficulty": self.random.choice([8.0, 9.5, 10.0]),
                "skill_match": self.random.choice([0.9, 1.0]),
                "due_at": completed_at - late,
            }
            key = {"task_assignment_id": assignment_id, "effective_at": EPOCH, "is_deleted": False}
            self.add("task_assignments", row | key, batch=1)
            self.event(assignment_id, "completed", completed_at, batch=1)


def random_world(seed: int, users: int) -> World:
    """A world of as many users, some diligent ones among them, one of whom completes 500 tasks."""
    maker = WorldMaker(seed)
    drawn: list[str] = []
    for number in range(users):
        drawn.append(maker.new_id())
        maker.draw_user(drawn)
        if number % 10 == 0:
            maker.draw_diligent_user(
                maker.random.randint(8, 40), maker.random.choice([1.0, 0.98, 0.8])
            )
    maker.draw_diligent_user(500, 0.95)
    return maker.world
