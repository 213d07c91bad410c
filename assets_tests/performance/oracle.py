"""Performance computed the slow and obvious way, from the documents and not from the SQL.

What belongs here: one plain function per idea, over lists of dicts as `raw` holds them, in fractions. Nothing here is
fast or shared with the product; where it and the marts differ, one of them has misread the documents.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

Row = dict[str, Any]
World = dict[str, list[Row]]

NINE_DECIMALS = Decimal("0.000000001")
NEUTRAL = Fraction(1, 2)
DAY = timedelta(days=1)
BUCKETS = {
    "0-20": (0, 20),
    "20-40": (20, 40),
    "40-60": (40, 60),
    "60-80": (60, 80),
    "80-100": (80, 101),
}
MILESTONES = {
    1: ("first_task", "First Task", "Completed the first task"),
    10: ("10_tasks", "10 Tasks", "Completed 10 tasks"),
    50: ("50_tasks", "50 Tasks", "Completed 50 tasks"),
    100: ("100_tasks", "100 Tasks", "Completed 100 tasks"),
    500: ("500_tasks", "500 Tasks", "Completed 500 tasks"),
}  # fmt: skip


def half_up(value: Fraction) -> Decimal:
    """An exact value rounded to nine decimals."""
    billionths = (2 * value * 10**9 + 1).__floor__() // 2
    return Decimal(billionths) * NINE_DECIMALS


def landed(value: float | None) -> Fraction | None:
    """A landed float with nine decimals, half up in the digits in which it is written."""
    if value is None:
        return None
    return Fraction(Decimal(repr(value)).quantize(NINE_DECIMALS, ROUND_HALF_UP))


def mean(values: Iterable[Fraction | None]) -> Fraction | None:
    """The mean of what is known."""
    known = [value for value in values if value is not None]
    return sum(known, Fraction(0)) / len(known) if known else None


def as_float(value: Fraction | Decimal | None) -> float | None:
    """The DOUBLE that is nearest."""
    return None if value is None else float(value)


@dataclass(frozen=True)
class Completion:
    """A completed task."""

    assignment_id: str
    user_id: str
    completed_at: datetime
    due_at: datetime | None
    difficulty: Fraction | None
    skill_match: Fraction | None
    hours: Fraction | None

    @property
    def punctual(self) -> Fraction | None:
        """1 on time, 0 late, nothing without a due date."""
        return None if self.due_at is None else Fraction(self.completed_at <= self.due_at)

    @property
    def days_early(self) -> Fraction | None:
        """Days from completion to due date."""
        if self.due_at is None:
            return None
        return Fraction(
            (self.due_at - self.completed_at) // timedelta(microseconds=1), 86_400_000_000
        )


@dataclass(frozen=True)
class Metrics:
    """What some completed tasks say together."""

    tasks: Sequence[Completion]

    @cached_property
    def on_time_ratio(self) -> Fraction | None:
        return mean(task.punctual for task in self.tasks)

    @cached_property
    def skill_accuracy(self) -> Fraction | None:
        return mean(task.skill_match for task in self.tasks)

    @cached_property
    def difficulty_factor(self) -> Fraction | None:
        difficulty = mean(task.difficulty for task in self.tasks)
        return None if difficulty is None else difficulty / 10

    @cached_property
    def score(self) -> Decimal:
        """The formula."""
        parts = (self.on_time_ratio, self.skill_accuracy, self.difficulty_factor)
        on_time, skill, difficulty = (NEUTRAL if part is None else part for part in parts)
        exact = (
            on_time * Fraction(5, 10) + skill * Fraction(3, 10) + difficulty * Fraction(2, 10)
        ) * 100
        return half_up(min(max(exact, Fraction(0)), Fraction(100)))

    def row(self) -> Row:
        """The metrics as columns."""
        return {
            "on_time_ratio": as_float(self.on_time_ratio),
            "skill_accuracy": as_float(self.skill_accuracy),
            "difficulty_factor": as_float(self.difficulty_factor),
            "avg_completion_time": as_float(mean(task.hours for task in self.tasks)),
            "avg_completion_speed": as_float(mean(task.days_early for task in self.tasks)),
        }


@dataclass
class Judgement:
    """What a world says at `as_of` when only the batches up to `n` are known."""

    world: World
    as_of: datetime
    n: int

    def __post_init__(self) -> None:
        self.users = self.in_force("users", "user_id")
        self.assignments = self.in_force("task_assignments", "task_assignment_id")
        self.events: dict[str, list[Row]] = defaultdict(list)
        for event in self.known("task_events", "occurred_at"):
            self.events[event["task_assignment_id"]].append(event)
        self.tasks = self.completions()
        self.by_user = self.cumulated()

    def known(self, contract: str, moment: str) -> list[Row]:
        """The rows that are known and whose moment has come."""
        rows = self.world[contract]
        return [row for row in rows if row["_batch"] <= self.n and row[moment] <= self.as_of]

    def in_force(self, contract: str, key: str) -> dict[str, Row]:
        """The entities in force, by key."""
        latest: dict[str, Row] = {}
        for row in sorted(
            self.known(contract, "effective_at"), key=lambda row: row["effective_at"]
        ):
            latest[row[key]] = row
        return {id_: row for id_, row in latest.items() if not row["is_deleted"]}

    def completion(self, assignment_id: str) -> Row | None:
        """The event that completes an assignment: the first `completed` after the last `cancelled`."""
        events = sorted(
            self.events[assignment_id],
            key=lambda event: (event["occurred_at"], event["task_event_id"].encode()),
        )
        completed = None
        for event in events:
            if event["event_type"] == "cancelled":
                completed = None
            elif event["event_type"] == "completed" and completed is None:
                completed = event
        return completed

    def completions(self) -> list[Completion]:
        """All completed tasks, in order."""
        tasks = []
        for assignment_id, assignment in self.assignments.items():
            event = self.completion(assignment_id)
            if event is not None:
                tasks.append(
                    Completion(
                        assignment_id,
                        assignment["user_id"],
                        event["occurred_at"],
                        assignment["due_at"],
                        landed(assignment["difficulty"]),
                        landed(assignment["skill_match"]),
                        landed(event["actual_hours"]),
                    )
                )
        return sorted(tasks, key=lambda task: (task.completed_at, task.assignment_id.encode()))

    def cumulated(self) -> dict[str, list[Metrics]]:
        """Each user's tasks after the first, the first two, and so on."""
        tasks: dict[str, list[Completion]] = defaultdict(list)
        cumulated: dict[str, list[Metrics]] = defaultdict(list)
        for task in self.tasks:
            tasks[task.user_id].append(task)
            cumulated[task.user_id].append(Metrics(tuple(tasks[task.user_id])))
        return cumulated

    def performance_logs(self) -> list[Row]:
        rows = []
        for user_id, stages in self.by_user.items():
            previous = stages[0].score
            for stage in stages:
                rows.append(
                    {
                        "assignment_id": stage.tasks[-1].assignment_id,
                        "user_id": user_id,
                        "organization_id": self.users.get(user_id, {}).get("organization_id"),
                        "tasks_completed": len(stage.tasks),
                        "performance_score": float(stage.score),
                        "score_change": float(stage.score - previous),
                        "created_at": stage.tasks[-1].completed_at,
                    }
                    | stage.row()
                )
                previous = stage.score
        return rows

    def performance_snapshots(self) -> list[Row]:
        rows = []
        for user_id, stages in self.by_user.items():
            days: dict[date, list[Metrics]] = defaultdict(list)
            for stage in stages:
                days[stage.tasks[-1].completed_at.date()].append(stage)
            for day, of_day in days.items():
                today, so_far = Metrics([stage.tasks[-1] for stage in of_day]), of_day[-1]
                rows.append(
                    {
                        "user_id": user_id,
                        "tasks_completed_today": len(today.tasks),
                        "cumulative_tasks": len(so_far.tasks),
                        "daily_on_time_ratio": as_float(today.on_time_ratio),
                        "cumulative_on_time_ratio": as_float(so_far.on_time_ratio),
                        "daily_performance_score": float(today.score),
                        "cumulative_performance_score": float(so_far.score),
                        "snapshot_date": day,
                        "created_at": today.tasks[-1].completed_at,
                    }
                )
        return rows

    def performance_milestones(self) -> list[Row]:
        rows = []
        for user_id, stages in self.by_user.items():
            tasks = stages[-1].tasks
            for number, (milestone, name, description) in MILESTONES.items():
                if len(tasks) >= number:
                    reached = tasks[number - 1]
                    data = {"assignment_id": reached.assignment_id}
                    rows.append((user_id, milestone, name, description, data, number, reached))
            weeks: dict[date, list[Completion]] = defaultdict(list)
            for task in tasks:
                day = task.completed_at.date()
                weeks[day - timedelta(days=day.isoweekday() % 7)].append(task)
            for sunday, of_week in weeks.items():
                is_closed = sunday + 7 * DAY <= self.as_of.date()
                if is_closed and len(of_week) >= 5 and all(task.punctual for task in of_week):
                    last = of_week[-1]
                    data = {"assignment_id": last.assignment_id, "week_start": sunday.isoformat()}
                    description = "Completed at least 5 tasks in one week, every one on time"
                    rows.append(
                        (
                            user_id,
                            "perfect_week",
                            "Perfect Week",
                            description,
                            data,
                            len(of_week),
                            last,
                        )
                    )
        return [
            {
                "user_id": user_id,
                "milestone_type": milestone,
                "milestone_name": name,
                "description": description,
                "achievement_data": json.dumps(data, separators=(",", ":"), ensure_ascii=False),
                "achieved_value": float(value),
                "achieved_at": reached.completed_at,
            }
            for user_id, milestone, name, description, data, value, reached in rows
        ]

    def performance_badges(self) -> list[Row]:
        rows = []
        for user_id, stages in self.by_user.items():
            earned: dict[str, datetime] = {}
            streak = hard = 0
            for stage in stages:
                task = stage.tasks[-1]
                if task.punctual is not None:
                    streak = streak + 1 if task.punctual else 0
                hard += task.difficulty is not None and task.difficulty >= 8
                met = {
                    "score_above_80": stage.score > 80,
                    "score_above_90": stage.score > 90,
                    "on_time_streak_10": streak >= 10,
                    "hard_tasks_10": hard >= 10,
                }
                for criteria, is_met in met.items():
                    if is_met:
                        earned.setdefault(criteria, task.completed_at)
            rows += [
                {
                    "user_id": user_id,
                    "criteria": criteria,
                    "criteria_value": float(criteria.rpartition("_")[2]),
                    "is_active": True,
                    "earned_at": moment,
                }
                for criteria, moment in earned.items()
            ]
        return rows

    def trend(self, user_id: str) -> Decimal:
        """Last less first score of the thirty days."""
        stages = self.by_user.get(user_id, [])
        start = self.as_of - 30 * DAY
        scores = [stage.score for stage in stages if stage.tasks[-1].completed_at > start]
        return scores[-1] - scores[0] if scores else Decimal(0)

    def teams(self) -> dict[str, list[tuple[Decimal, str]]]:
        """The members of each organization as (score, user_id), the first ranked first."""
        teams: dict[str, list[tuple[Decimal, str]]] = defaultdict(list)
        for user_id, user in self.users.items():
            is_judged = user["role"] not in ("admin", "employer") and user_id in self.by_user
            if is_judged and user["organization_id"] is not None:
                teams[user["organization_id"]].append((self.by_user[user_id][-1].score, user_id))
        for members in teams.values():
            members.sort(key=lambda member: (-member[0], member[1].encode()))
        return teams

    def user_performance(self) -> list[Row]:
        ranks = {
            user_id: rank
            for members in self.teams().values()
            for rank, (_, user_id) in enumerate(members, 1)
        }
        shown = {
            user_id: user
            for user_id, user in self.users.items()
            if user["role"] not in ("admin", "employer")
        }
        for assignment in self.assignments.values():
            if assignment["user_id"] not in self.users:
                shown[assignment["user_id"]] = {}
        rows = []
        for user_id, user in shown.items():
            stages = self.by_user.get(user_id, [])
            change = self.trend(user_id)
            rows.append(
                {
                    "user_id": user_id,
                    "username": user.get("username"),
                    "organization_id": user.get("organization_id"),
                    "trend_direction": "↑" if change > 0 else "↓" if change < 0 else "→",
                    "experience_level": user.get("experience_level"),
                    "current_performance_score": float(stages[-1].score) if stages else None,
                    "tasks_completed": len(stages),
                    "trend_change": float(change),
                    "trend_period_days": 30,
                    "organization_rank": ranks.get(user_id),
                }
                | (stages[-1] if stages else Metrics(())).row()
            )
        return rows

    def team_performance(self) -> list[Row]:
        rows = []
        for organization_id, members in self.teams().items():
            scores = sorted(Fraction(score) for score, _ in members)
            size = len(scores)
            average = sum(scores) / size
            squares = sum((score - average) ** 2 for score in scores)
            variance = squares / (size - 1) if size > 1 else Fraction(0)
            exactly = Context(prec=60)
            deviation = exactly.sqrt(
                exactly.divide(Decimal(variance.numerator), Decimal(variance.denominator))
            )
            rows.append(
                {
                    "organization_id": organization_id,
                    "team_size": size,
                    "average_score": float(average),
                    "median_score": float((scores[(size - 1) // 2] + scores[size // 2]) / 2),
                    "std_deviation": float(half_up(Fraction(deviation))),
                    "min_score": float(scores[0]),
                    "max_score": float(scores[-1]),
                    "score_range": float(scores[-1] - scores[0]),
                }
            )
        return rows

    def performance_distribution(self) -> list[Row]:
        return [
            {
                "organization_id": organization_id,
                "bucket": bucket,
                "members": sum(low <= score < high for score, _ in members),
            }
            for organization_id, members in self.teams().items()
            for bucket, (low, high) in BUCKETS.items()
        ]
