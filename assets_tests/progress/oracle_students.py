"""One student at one moment: assignments, sequences, concepts, activity, the summary and the risk.

What belongs here: `student_progress_summary` and `student_activity`. Rows hold exact numbers.

Readings, where the documents leave room:
- A student without a user in force has no organization, and a user of another role with an assignment keeps hers.
- `student_activity` has a row for every UTC day with activity or with a completion that counts there.
- What a removed step completed "by other causes": whatever completed it before the removal did.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cached_property

from assets_tests.progress.oracle_assignments import (
    assignment_row,
    concept_rows,
    mastery_score,
    sequence_row,
)
from assets_tests.progress.oracle_known import (
    ACTIVITY,
    MICROSECOND,
    Known,
    Row,
)
from assets_tests.progress.oracle_replay import Frame, Replay
from assets_tests.progress.oracle_risk import Risk, risk_of
from assets_tests.progress.oracle_steps import step_rows

ONE_DAY = timedelta(days=1)
SUMMARY_COLUMNS = (
    *("student_id", "organization_id", "active_assignments", "completed_assignments"),
    *("total_time_on_task_ms", "steps_completed_this_week", "time_on_task_this_week_ms"),
    *("games_played_this_week", "overall_mastery_score", "concepts_mastered_count"),
    *("badges_earned", "last_activity_at", "streak_days", "engagement_score"),
    *("at_risk", "risk_factors"),
)


def midnight(day: date) -> datetime:
    """The UTC moment at which a day begins."""
    return datetime.combine(day, time(0), UTC)


def sunday(day: date) -> date:
    """The first day of a day's week."""
    return day - timedelta(days=day.isoweekday() % 7)


@dataclass
class StudentAt:
    """What is to be said of a student at a moment."""

    known: Known
    replay: Replay
    at: datetime

    @property
    def student_id(self) -> str:
        """Whose progress it is."""
        return self.replay.student_id

    @cached_property
    def frame(self) -> Frame:
        """The state of the steps."""
        return self.replay.at(self.at)

    @cached_property
    def steps(self) -> dict[str, Row]:
        """All rows of step_progress."""
        if not self.frame.rows:
            self.frame.rows = step_rows(self.known, self.frame, self.student_id)
        return self.frame.rows

    @cached_property
    def steps_in_force(self) -> list[Row]:
        """The steps that every other table counts."""
        return [row for row in self.steps.values() if not row["is_removed"]]

    @cached_property
    def assignments(self) -> dict[str, Row]:
        """Rows of assignment_progress."""
        return {
            assignment_id: assignment_row(
                self.known,
                given,
                [row for row in self.steps_in_force if row["assignment_id"] == assignment_id],
                self.student_id,
                self.at,
            )
            for assignment_id, given in self.frame.given.items()
        }

    @cached_property
    def sequences(self) -> dict[str, Row]:
        """Rows of sequence_progress."""
        found = {row["sequence_id"] for row in self.assignments.values()} - {None}
        return {
            sequence_id: sequence_row(
                sequence_id,
                [row for row in self.assignments.values() if row["sequence_id"] == sequence_id],
                self.at,
            )
            for sequence_id in found
        }

    @cached_property
    def concepts(self) -> list[Row]:
        """Rows of concept_mastery."""
        return concept_rows(self.steps_in_force)

    @cached_property
    def user(self) -> Row | None:
        """The user in force."""
        return self.known.in_force("users", self.at).get((self.student_id,))

    @property
    def is_student(self) -> bool:
        """A user of role `student`, or whoever has an assignment."""
        return bool(self.frame.given) or (self.user is not None and self.user["role"] == "student")

    @property
    def organization_id(self) -> str | None:
        """The user's organization as it stands."""
        return self.user["organization_id"] if self.user else None

    @cached_property
    def activity(self) -> list[Row]:
        """`started` and `attempted` events on known steps and free plays but of deleted games, in order."""
        events = [
            event
            for event in self.known.happened("step_events", self.student_id, self.at)
            if event["event_type"] in ACTIVITY
            and self.known.last_version(event["step_id"], self.at) is not None
        ]
        plays = [
            play | {"event_type": "played"}
            for play in self.known.happened("free_play_scores", self.student_id, self.at)
            if not self.known.is_deleted(play["game_id"], self.at)
        ]
        return sorted(events + plays, key=lambda row: row["occurred_at"])

    def activity_within(self, begin: datetime, end: datetime) -> list[Row]:
        """The activity of [begin, end)."""
        return [row for row in self.activity if begin <= row["occurred_at"] < end]

    @cached_property
    def active_days(self) -> set[date]:
        """The UTC days with activity."""
        return {row["occurred_at"].date() for row in self.activity}

    @property
    def last_activity_at(self) -> datetime | None:
        """The latest activity."""
        return self.activity[-1]["occurred_at"] if self.activity else None

    @property
    def days_since_activity(self) -> int | None:
        """Whole elapsed days since the latest activity."""
        return (self.at - self.last_activity_at) // ONE_DAY if self.last_activity_at else None

    @property
    def streak_days(self) -> int:
        """Consecutive active days that end today or yesterday."""
        day = self.at.date()
        if day not in self.active_days:
            day -= ONE_DAY
        streak = 0
        while day in self.active_days:
            streak += 1
            day -= ONE_DAY
        return streak

    @property
    def active_assignments(self) -> list[Row]:
        """Neither complete nor archived, started or not."""
        return [row for row in self.assignments.values() if row["is_active"]]

    def is_game_played(self, row: Row) -> bool:
        """Whether an activity is a free play or an attempt on a step with a game."""
        if row["event_type"] != "attempted":
            return row["event_type"] == "played"
        step = self.known.in_force("steps", self.at).get((row["step_id"],))
        step = step or self.known.last_version(row["step_id"], self.at)
        return step is not None and self.known.game(step, self.at) is not None

    @cached_property
    def risk(self) -> Risk:
        """Why the student is at risk; who is no student is never."""
        if not self.is_student:
            return Risk([], None, None)
        archived = {
            assignment_id
            for assignment_id, row in self.assignments.items()
            if row["given"].is_archived
        }
        steps = [row for row in self.steps_in_force if row["assignment_id"] not in archived]
        return risk_of(self.active_assignments, steps, self.idle_days)

    @property
    def idle_days(self) -> int | None:
        """Whole days since the last activity, else since the first active assignment began."""
        if not self.active_assignments:
            return None
        if self.days_since_activity is not None:
            return self.days_since_activity
        return (self.at - min(row["given"].start for row in self.active_assignments)) // ONE_DAY

    @cached_property
    def summary(self) -> Row:
        """The row of student_progress_summary."""
        this_week = midnight(sunday(self.at.date()))
        week = [row for row in self.activity if row["occurred_at"] >= this_week]
        last_30_days = {self.at.date() - timedelta(days=days) for days in range(30)}
        return {
            "student_id": self.student_id,
            "organization_id": self.organization_id,
            "active_assignments": len(self.active_assignments),
            "completed_assignments": sum(row["is_complete"] for row in self.assignments.values()),
            "total_time_on_task_ms": sum(row["time_on_task_ms"] or 0 for row in self.activity),
            "steps_completed_this_week": sum(
                bool(row["completed_at"]) and row["completed_at"] >= this_week
                for row in self.steps_in_force
            ),
            "time_on_task_this_week_ms": sum(row["time_on_task_ms"] or 0 for row in week),
            "games_played_this_week": sum(self.is_game_played(row) for row in week),
            "overall_mastery_score": mastery_score(self.steps_in_force),
            "concepts_mastered_count": sum(row["is_mastered"] for row in self.concepts),
            "badges_earned": len(self.known.happened("badge_awards", self.student_id, self.at)),
            "last_activity_at": self.last_activity_at,
            "streak_days": self.streak_days,
            "engagement_score": Fraction(100 * len(self.active_days & last_30_days), 30),
            "at_risk": bool(self.risk.factors),
            "risk_factors": self.risk.factors,
        }

    def daily_activity(self) -> list[Row]:
        """Rows of student_activity."""
        completed = [
            row["completed_at"].date()
            for row in self.steps.values()
            if row["completion"]
            and not (row["is_removed"] and row["completion"].cause == "removal")
        ]
        rows = []
        for day in sorted(self.active_days | set(completed)):
            activity = [row for row in self.activity if row["occurred_at"].date() == day]
            rows.append(
                {
                    "student_id": self.student_id,
                    "activity_date": day,
                    "steps_completed": completed.count(day),
                    "attempts": sum(row["event_type"] == "attempted" for row in activity),
                    "time_on_task_ms": sum(row["time_on_task_ms"] or 0 for row in activity),
                }
            )
        return rows


class Person:
    """A student's whole life, judged at any moment and each moment once."""

    def __init__(self, known: Known, student_id: str) -> None:
        self.known = known
        self.replay = Replay(known, student_id)
        self._judged: dict[datetime, StudentAt] = {}

    @property
    def student_id(self) -> str:
        """Who it is."""
        return self.replay.student_id

    def at(self, moment: datetime) -> StudentAt:
        """What a run with this `as_of` says."""
        if moment not in self._judged:
            self._judged[moment] = StudentAt(self.known, self.replay, moment)
        return self._judged[moment]

    def changes(self, as_of: datetime) -> Iterator[tuple[StudentAt, StudentAt]]:
        """Just before and at every moment at which anything happened, in order."""
        for frame in self.replay.frames:
            if frame.moment <= as_of:
                yield self.at(frame.moment - MICROSECOND), self.at(frame.moment)
