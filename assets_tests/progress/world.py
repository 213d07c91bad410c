"""Random small worlds of assignments: few people, steps and moments, so that ties, equalities and returns abound.

What belongs here: drawing the entities of a world and its everyday signals, as the ledger would hold them. The
tales in which rare rules meet are told in `tales.py`; what follows from a world is the oracle's and the marts'
business. Every world has ids of its own, so that many fit one warehouse, and a coarse grid of moments of its own,
one of which is (or is next to) `AS_OF`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from assets_tests.progress.oracle_known import EVENT_KEYS, KEYS, Row, World
from pipelines.contracts import CONTRACTS

SEED, WORLDS = 20260401, 100
AS_OF = datetime(2026, 4, 1, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
MOMENTS = 16
BATCHES = (1, 1, 1, 1, 2)
# Half days and days for streaks and idleness; weeks for rates; 18, 73 and 146 days for the limits of retention.
SPACINGS = tuple(timedelta(days=days) for days in (0.5, 0.5, 1, 1, 1, 2, 7, 7, 18, 73, 146))
OFFSETS = (timedelta(0),) * 4 + (MICROSECOND, -MICROSECOND, -5 * HOUR)
JITTERS = (timedelta(0),) * 14 + (MICROSECOND, -MICROSECOND, HOUR)
STAGES = ("quiz", "quiz", "quiz", "play", "play", "learn", "challenge", "review", "review", None)
SEVEN_TENTHS, HAIR = Decimal("0.7"), Decimal("0.0001")
# 0.7 x 80 = 56 and 0.7 x 90 = 63; deviation / mean is 0.15 for 42.5 and 57.5, 0.3 for 35 and 65.
TARGETS = tuple(
    Decimal(text) if text else None
    for text in ("", "0", "50", "50", "57.5", "60", "80", "80", "80", "90", "100")
)
SCORES = tuple(
    Decimal(text)
    for text in (
        *("0", "0", "20", "35", "42.5", "49.9999", "50", "55.9999", "56", "57.4999", "57.5"),
        *("59.9999", "60", "62.9999", "63", "65", "79.9999", "80", "85", "90", "100"),
    )
)
TIMES = (
    *(None, None, 0, 1, 60_000, 60_000, 3_600_000, 3_600_000, 43_200_000, 43_200_001),
    *(86_400_000, 86_400_001, 2**63 - 1),
)
EVENT_TYPES = (
    *("started",) * 4,
    *("attempted",) * 10,
    *("target_adjusted", "target_adjusted", "completed_by_teacher", "progress_reviewed"),
)


class WorldMaker:
    """Draws one world; the same seed and number draw the same one."""

    def __init__(self, seed: int, number: int) -> None:
        self.random = Random(seed * 100_003 + number)
        self.prefix = f"w{number}:"
        self.world: World = {contract: [] for contract in (*KEYS, *EVENT_KEYS)}
        self.ids = 0
        self.spacing = self.random.choice(SPACINGS)
        # The place of AS_OF in the grid: what comes after it has not happened yet.
        self.now = self.random.randint(5, MOMENTS - 1)
        begin = AS_OF + self.random.choice(OFFSETS) - self.now * self.spacing
        self.moments = [begin + place * self.spacing for place in range(MOMENTS)]
        self.students = self.names("ann", "ben", "cem")
        self.organizations = self.names("north", "south", "nowhere")
        self.sequences = self.names("s9", "s10", "never landed")
        self.games = self.names("g9", "g10", "G", "never landed")
        self.assignments = self.names("a9", "a10", "A")[: self.random.randint(1, 3)]
        self.concepts = self.names("c9", "c10", "é")
        self.steps: list[str] = []

    def names(self, *texts: str) -> list[str]:
        """Ids of this world's own."""
        return [self.prefix + text for text in texts]

    def new_id(self) -> str:
        """An id never given before; among them `9` > `10` occurs as text."""
        self.ids += 1
        return f"{self.prefix}{self.ids}"

    def chance(self, probability: float) -> bool:
        """Whether something happens this time."""
        return self.random.random() < probability

    def moment(self, first: int = 0, last: int = MOMENTS) -> datetime:
        """A moment of the grid, now and then one close to it."""
        return self.random.choice(self.moments[first:last]) + self.random.choice(JITTERS)

    def add(self, contract: str, row: Row) -> None:
        """One accepted row; a column that it does not name is NULL."""
        nothing = {column.name: None for column in CONTRACTS[contract].columns}
        place = len(self.world[contract])
        provenance = {"_batch": self.random.choice(BATCHES), "_row": place}
        self.world[contract].append(nothing | row | provenance)

    def version(self, contract: str, key: Row, at: datetime, content: Row | None) -> None:
        """A version of an entity, unless it has one of that moment; no content is a tombstone."""
        entity = [row for row in self.world[contract] if key.items() <= row.items()]
        if all(row["effective_at"] != at for row in entity):
            facts = {"effective_at": at, "is_deleted": content is None}
            self.add(contract, (content or {}) | key | facts)

    def life(
        self,
        contract: str,
        key: Row,
        draw: Callable[[], Row],
        restless: float = 0.3,
        deadly: float = 0.35,
    ) -> None:
        """An entity's life: mostly one early version, else several, with changes, tombstones and returns."""
        begins = {self.random.choice([EPOCH, EPOCH, self.moments[0], self.moments[1]])}
        if self.chance(restless):
            begins |= set(self.random.sample(self.moments[1:], self.random.randint(1, 3)))
        content = draw()
        for place, at in enumerate(sorted(begins)):
            if place > 0 and self.chance(deadly):
                self.version(contract, key, at, None)
            else:
                if place > 0:
                    again = draw()
                    for name in self.random.sample(sorted(content), min(2, len(content))):
                        content[name] = again[name]
                self.version(contract, key, at, dict(content))

    def pairs(self) -> list[tuple[str, str]]:
        """Students with steps that are, at some time, in an assignment that they have at some time."""
        return [
            (given["student_id"], step["step_id"])
            for given in self.world["assignment_students"]
            for step in self.world["steps"]
            if step["assignment_id"] == given["assignment_id"]
        ]

    def pair(self) -> tuple[str, str]:
        """One of them, or of any."""
        strangers = (self.random.choice(self.students), self.random.choice(self.steps))
        return self.random.choice([*self.pairs(), strangers])

    def score_on(self, step_id: str) -> Decimal:
        """Any score, often one on the edges of what a step asks for."""
        targets = [row["target_score"] for row in self.world["steps"] if row["step_id"] == step_id]
        target = self.random.choice([*targets, None])
        if not target or self.chance(0.6):
            return self.random.choice(SCORES)
        edge = target * self.random.choice([1, 1, SEVEN_TENTHS])
        return edge - self.random.choice([0, 0, HAIR])

    def signal(self, contract: str, at: datetime, row: Row) -> None:
        """Something that happened."""
        self.add(contract, {EVENT_KEYS[contract]: self.new_id(), "occurred_at": at} | row)

    def step_event(
        self, step_id: str, student_id: str, event_type: str, at: datetime, **row: Any
    ) -> None:
        """Something that was done on a step."""
        needed: Row = {
            "time_on_task_ms": self.random.choice(TIMES),
            "session_id": self.random.choice([None, "morning", "evening"]),
        }
        if event_type == "attempted":
            needed["score"] = self.score_on(step_id)
        elif event_type == "target_adjusted":
            needed["target_score"] = self.random.choice(TARGETS[1:])
        if event_type not in ("started", "attempted"):
            needed["actor_id"] = self.prefix + "teacher"
        what = {"step_id": step_id, "student_id": student_id, "event_type": event_type}
        self.signal("step_events", at, needed | what | row)

    def play(self, student_id: str, game_id: str, at: datetime, **row: Any) -> None:
        """A game played freely."""
        needed = {
            "stage": self.random.choice(STAGES),
            "score": self.random.choice(SCORES),
            "context": self.random.choice(["all_games", "previous_assignment"]),
            "time_on_task_ms": self.random.choice(TIMES),
        }
        what = {"student_id": student_id, "game_id": game_id}
        self.signal("free_play_scores", at, needed | what | row)

    def user(self) -> Row:
        """A version of a user."""
        return {
            "username": "somebody",
            "organization_id": self.random.choice([*self.organizations, None]),
            "role": self.random.choice(["student"] * 6 + ["teacher", "admin"]),
            "experience_level": 1,
        }

    def assignment(self) -> Row:
        """A version of an assignment; ten moments make a share of time a multiple of ten."""
        days = self.spacing / timedelta(days=1)
        return {
            "sequence_id": self.random.choice([*self.sequences[:2], *self.sequences, None]),
            "position": self.random.choice([None, 0, 1, 1]),
            "created_at": self.moment(0, 6),
            "estimated_duration_days": self.random.choice(
                [None, 10 * days, 10 * days, 10 * days, 5 * days, days / 3, 0.00000000057, 7.3]
            ),
            "due_at": self.moment() if self.chance(0.2) else None,
            "is_archived": self.chance(0.15),
        }

    def step(self) -> Row:
        """A version of a step; now and then of an assignment that never landed."""
        elsewhere = self.prefix + "never landed"
        return {
            "assignment_id": self.random.choice([*self.assignments * 8, elsewhere]),
            "position": self.random.randint(0, 3),
            "stage": self.random.choice(STAGES),
            "is_required": self.chance(0.7),
            "target_score": self.random.choice(TARGETS),
            "concept_id": self.random.choice([None, *self.concepts]),
            "element_id": self.random.choice([None, "e1", "e2"]),
            "game_id": self.random.choice([None, *self.games]),
            "due_at": self.moment() if self.chance(0.4) else None,
            "is_remediation": self.chance(0.2),
        }

    def game(self) -> Row:
        """A version of a game."""
        return {
            "title": None,
            "is_deprecated": self.chance(0.25),
            "replaced_by_game_id": self.random.choice([None, *self.games]),
        }

    def given(self) -> Row:
        """A version of a student's assignment."""
        return {
            "assigned_at": self.moment(0, 12) if self.chance(0.4) else None,
            "due_at": self.moment() if self.chance(0.15) else None,
        }

    def draw_people(self) -> None:
        """Organizations, users, classes; some of each are named and never land."""
        for organization_id in self.organizations[:2]:
            self.life(
                "organizations",
                {"organization_id": organization_id},
                lambda: {"name": "Somewhere", "timezone": "UTC"},
                restless=0.1,
            )
        for student_id in [*self.students, self.prefix + "dee"]:
            if self.chance(0.85):
                self.life("users", {"user_id": student_id}, self.user, restless=0.2)
        for class_id in self.names("k1", "k2"):
            if self.chance(0.9):
                self.life(
                    "classes",
                    {"class_id": class_id},
                    lambda: {"teacher_id": self.random.choice(self.names("tea", "tom"))},
                    restless=0.15,
                )
            for student_id in [*self.students, self.prefix + "dee"]:
                if self.chance(0.6):
                    self.life(
                        "class_students", {"class_id": class_id, "student_id": student_id}, dict
                    )

    def draw_content(self) -> None:
        """Sequences, games, assignments, steps, and who has them."""
        for sequence_id in self.sequences[:2]:
            self.life(
                "sequences", {"sequence_id": sequence_id}, lambda: {"title": "All"}, restless=0.15
            )
        for game_id in self.games[:3]:
            self.life("games", {"game_id": game_id}, self.game, restless=0.4, deadly=0.2)
        for assignment_id in self.assignments:
            self.life("assignments", {"assignment_id": assignment_id}, self.assignment, deadly=0.15)
            for student_id in self.students:
                key = {"assignment_id": assignment_id, "student_id": student_id}
                if self.chance(0.75):
                    self.life("assignment_students", key, self.given, restless=0.25)
        for _ in range(self.random.randint(0, 3 * len(self.assignments) + 1)):
            self.steps.append(self.new_id())
            self.life("steps", {"step_id": self.steps[-1]}, self.step, restless=0.35)

    def draw_signals(self) -> None:
        """What everybody did, mostly on steps of their own and on a few of them over and over, in any order."""
        for student_id in [*self.students, self.prefix + "dee"]:
            favourites = [self.prefix + "never landed", *self.steps]
            if self.steps:
                favourites += [step_id for whose, step_id in self.pairs() if whose == student_id][
                    :6
                ] * 3
            for _ in range(self.random.choice([0, 2, 6, 10])):
                step_id, event_type = (
                    self.random.choice(favourites),
                    self.random.choice(EVENT_TYPES),
                )
                self.step_event(step_id, student_id, event_type, self.moment())
            for _ in range(self.random.choice([0, 0, 1, 3])):
                self.play(student_id, self.random.choice(self.games), self.moment())
            for _ in range(self.random.choice([0, 0, 1, 2])):
                row = {"student_id": student_id, "badge": "bright"}
                self.signal("badge_awards", self.moment(), row)
