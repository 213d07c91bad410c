"""What is known of a world: versions by key and signals in order, each asked at a moment.

What belongs here: the two dials, and what a row refers to. Nothing here judges progress.

Readings, where the documents leave room:
- A step is *known* from its first version on, a tombstone being none; it stays known when it is removed.
- A step whose assignment has no version in force is an orphan, so it is placed nowhere.
- A free play of a game that was deleted is no activity and counts nowhere; one of a game that never landed, or that is
  not there yet, reads as one without a game.
- "A step with a game", for an attempt on a step that was removed: the game of the step's last version.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor, isqrt
from typing import Any

Row = dict[str, Any]
World = dict[str, list[Row]]
Key = tuple[str, ...]

KEYS: dict[str, tuple[str, ...]] = {
    "organizations": ("organization_id",),
    "users": ("user_id",),
    "sequences": ("sequence_id",),
    "assignments": ("assignment_id",),
    "steps": ("step_id",),
    "games": ("game_id",),
    "assignment_students": ("assignment_id", "student_id"),
    "classes": ("class_id",),
    "class_students": ("class_id", "student_id"),
}
EVENT_KEYS = {
    "step_events": "step_event_id",
    "free_play_scores": "free_play_score_id",
    "badge_awards": "badge_award_id",
}
ACTIVITY = ("started", "attempted")
MICROSECOND = timedelta(microseconds=1)
BILLION = 10**9


def rounded(exact: Fraction | Decimal | int | None) -> float | None:
    """An exact number as it is stored: 9 decimals, half up (away from zero)."""
    if exact is None:
        return None
    scaled = abs(Fraction(exact)) * BILLION
    whole = floor(scaled + Fraction(1, 2))
    return float(Fraction(-whole if exact < 0 else whole, BILLION))


def rounded_root(square: Fraction) -> Decimal:
    """The square root, 9 decimals, half up."""
    whole = isqrt(floor(square * BILLION**2))
    is_above_half = (2 * whole + 1) ** 2 <= 4 * square * BILLION**2
    return Decimal(whole + is_above_half) / BILLION


def mean(values: Iterable[Fraction | Decimal | int | float]) -> Fraction | None:
    """The exact mean; NULL of nothing."""
    given = [Fraction(value) if not isinstance(value, float) else exact(value) for value in values]
    return sum(given, Fraction(0)) / len(given) if given else None


def exact(stored: float) -> Fraction:
    """A stored number of 9 decimals, exactly as it is written."""
    return Fraction(repr(stored))


def by_bytes(texts: Iterable[str]) -> list[str]:
    """Ids in order."""
    return sorted(texts, key=str.encode)


def countable(signal: Row) -> Row:
    """A signal whose time on task, if it has one, is a million million ms at most: whatever is more counts as that."""
    time = signal.get("time_on_task_ms")
    return signal if time is None else {**signal, "time_on_task_ms": min(time, 10**12)}


class Known:
    """A world as far as the ledger is read up to batch `n`."""

    def __init__(self, world: World, n: int) -> None:
        self.versions: dict[str, dict[Key, list[Row]]] = {}
        for contract, key in KEYS.items():
            versions: dict[Key, list[Row]] = defaultdict(list)
            for row in world[contract]:
                if row["_batch"] <= n:
                    versions[tuple(row[column] for column in key)].append(row)
            for rows in versions.values():
                rows.sort(key=lambda row: row["effective_at"])
            self.versions[contract] = dict(versions)
        self.signals: dict[str, dict[str, list[Row]]] = {}
        for contract, key in EVENT_KEYS.items():
            by_student: dict[str, list[Row]] = defaultdict(list)
            known = [row for row in world[contract] if row["_batch"] <= n]
            for row in sorted(known, key=lambda row: (row["occurred_at"], row[key].encode())):
                by_student[row["student_id"]].append(countable(row))
            self.signals[contract] = dict(by_student)
        self._in_force: dict[tuple[str, datetime], dict[Key, Row]] = {}

    def in_force(self, contract: str, at: datetime) -> dict[Key, Row]:
        """Of each entity the version in force at a moment; a tombstone is none."""
        if (contract, at) not in self._in_force:
            found: dict[Key, Row] = {}
            for key, versions in self.versions[contract].items():
                begun = [row for row in versions if row["effective_at"] <= at]
                if begun and not begun[-1]["is_deleted"]:
                    found[key] = begun[-1]
            self._in_force[contract, at] = found
        return self._in_force[contract, at]

    def happened(self, contract: str, student_id: str, at: datetime) -> list[Row]:
        """A student's signals up to a moment, in order."""
        rows = self.signals[contract].get(student_id, [])
        return [row for row in rows if row["occurred_at"] <= at]

    def last_version(self, step_id: str, at: datetime) -> Row | None:
        """The latest version of a step that is no tombstone, in force or not."""
        versions = self.versions["steps"].get((step_id,), [])
        begun = [row for row in versions if row["effective_at"] <= at and not row["is_deleted"]]
        return begun[-1] if begun else None

    def first_moment(self, step_id: str) -> datetime | None:
        """When a step's first version begins."""
        versions = self.versions["steps"].get((step_id,), [])
        return next((row["effective_at"] for row in versions if not row["is_deleted"]), None)

    def placed(self, at: datetime) -> dict[str, Row]:
        """The steps in force of assignments in force."""
        assignments = self.in_force("assignments", at)
        return {
            step_id: row
            for (step_id,), row in self.in_force("steps", at).items()
            if (row["assignment_id"],) in assignments
        }

    def game(self, step: Row, at: datetime) -> Row | None:
        """A step's game, if it is in force."""
        return self.in_force("games", at).get((step["game_id"],))

    def is_deleted(self, game_id: str, at: datetime) -> bool:
        """Whether a game was there, and is no more."""
        versions = self.versions["games"].get((game_id,), [])
        begun = [row for row in versions if row["effective_at"] <= at]
        was_there = any(not row["is_deleted"] for row in begun)
        return was_there and begun[-1]["is_deleted"]

    def is_deprecated(self, step: Row, at: datetime) -> bool:
        """Whether a step's game is deprecated."""
        game = self.game(step, at)
        return game is not None and game["is_deprecated"]

    def is_required(self, step: Row, at: datetime) -> bool:
        """A step whose game is deprecated is never required."""
        return step["is_required"] and not self.is_deprecated(step, at)

    def sequence_id(self, assignment: Row, at: datetime) -> str | None:
        """An assignment's sequence; one that is not in force reads as missing."""
        sequence_id = assignment["sequence_id"]
        return sequence_id if (sequence_id,) in self.in_force("sequences", at) else None

    def students(self) -> list[str]:
        """Whoever is named anywhere as a student, or is a user."""
        named = {key[-1] for key in self.versions["assignment_students"]}
        named |= {key[-1] for key in self.versions["class_students"]}
        named |= {user_id for (user_id,) in self.versions["users"]}
        for by_student in self.signals.values():
            named |= by_student.keys()
        return by_bytes(named)


def duration(days: float) -> timedelta:
    """A landed number of days: DECIMAL(18,9), half up, then half up to the microsecond."""
    decimal = Decimal(repr(days)).quantize(Decimal("1e-9"), ROUND_HALF_UP)
    return timedelta(microseconds=floor(Fraction(decimal) * 86_400_000_000 + Fraction(1, 2)))
