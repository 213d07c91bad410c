"""The internships domain computed the slow and obvious way, from the documents and not from the SQL.

What belongs here: one plain function per number, over lists of dicts as `raw` holds them. Nothing here is fast
or shared with the product; where it and the marts differ, one of them has misread the documents.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]
World = dict[str, list[Row]]
Key = tuple[Any, ...]

METRICS = ("attendance_rate", "tasks_completed", "tasks_late", "training_completed")
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ONE_DAY = timedelta(days=1)


def in_force(rows: Sequence[Row], key: Sequence[str], at: datetime) -> list[Row]:
    """Of each entity the version in force at a moment; a tombstone is none."""
    latest: dict[Key, Row] = {}
    for row in sorted(rows, key=lambda row: row["effective_at"]):
        if row["effective_at"] <= at:
            latest[tuple(row[column] for column in key)] = row
    return [row for row in latest.values() if not row["is_deleted"]]


def sunday(day: date) -> date:
    """The first day of a day's week."""
    return day - timedelta(days=day.isoweekday() % 7)


def days(first: date, last: date) -> Iterator[date]:
    """Every day of a range, both ends included."""
    while first <= last:
        yield first
        first += ONE_DAY


def plain(value: float) -> str:
    """A number without exponent and trailing zeros, at most nine decimals."""
    rounded = Decimal(repr(value)).quantize(Decimal("1e-9"), ROUND_HALF_UP)
    return f"{rounded:f}".rstrip("0").rstrip(".")


@dataclass
class Internship:
    """One internship in force, with all of the world that may concern it."""

    row: Row
    world: World
    as_of: datetime

    def __post_init__(self) -> None:
        self.id: str = self.row["internship_instance_id"]
        organizations = in_force(self.world["organizations"], ["organization_id"], self.as_of)
        of_organization = {row["organization_id"]: row["timezone"] for row in organizations}
        name = self.row["timezone"] or of_organization.get(self.row["organization_id"]) or "UTC"
        self.zone = ZoneInfo(name)
        self.today = self.local_day(self.as_of)
        self.starts_on: date = self.row["starts_on"]
        self.ends_on: date = self.row["ends_on"]
        self.last_day = min(self.ends_on, self.today)
        self.days_off = {
            row["day"]
            for row in in_force(
                self.mine("internship_days_off"), ["internship_instance_id", "day"], self.as_of
            )
        }
        self.clock_ins = {
            self.local_day(row["occurred_at"]) for row in self.happened("attendance_records")
        }
        self.trainings = [
            (self.local_day(row["occurred_at"]), row["training_id"])
            for row in self.happened("training_events")
            if row["status"] == "completed"
        ]
        self.inputs = [
            self.local_day(row["occurred_at"]) for row in self.happened("employer_inputs")
        ]
        self.assignments = [
            row
            for row in in_force(self.world["task_assignments"], ["task_assignment_id"], self.as_of)
            if row["internship_instance_id"] == self.id
        ]
        self.task_ids = {row["task_id"] for row in self.assignments}
        assignment_ids = {row["task_assignment_id"] for row in self.assignments}
        self.task_events = [
            row for row in self.world["task_events"] if row["task_assignment_id"] in assignment_ids
        ]

    def local_day(self, moment: datetime) -> date:
        """The calendar day of a moment where the internship is."""
        return moment.astimezone(self.zone).date()

    def mine(self, contract: str) -> list[Row]:
        """The rows that name this internship."""
        return [row for row in self.world[contract] if row["internship_instance_id"] == self.id]

    def happened(self, contract: str) -> list[Row]:
        """Its signals up to now."""
        return [row for row in self.mine(contract) if row["occurred_at"] <= self.as_of]

    def counts(self, day: date, first: date, last: date) -> bool:
        """Whether a signal's local day counts in the window first..last."""
        return first <= day <= last and self.starts_on <= day <= self.ends_on

    def is_closed(self, last: date) -> bool:
        """Whether a window that ends with `last` has ended."""
        return last < self.today

    def events(self, assignment: Row, *event_types: str) -> list[Row]:
        """What happened to an assignment, in order."""
        found = [
            row
            for row in self.task_events
            if row["task_assignment_id"] == assignment["task_assignment_id"]
            and row["event_type"] in event_types
            and row["occurred_at"] <= self.as_of
        ]
        return sorted(found, key=lambda row: (row["occurred_at"], row["task_event_id"]))

    def first_submission(self, task_id: str) -> tuple[datetime, bool] | None:
        """When a task was first submitted and whether that was late."""
        submissions = [
            (event["occurred_at"], event["task_event_id"], assignment["due_at"])
            for assignment in self.assignments
            if assignment["task_id"] == task_id
            for event in self.events(assignment, "submitted")
        ]
        if not submissions:
            return None
        at, _, due_at = min(submissions, key=lambda found: found[:2])
        return at, due_at is not None and at > due_at

    def metrics(self, first: date, last: date) -> Row:
        """Everything about the window first..last."""
        expected = attended = 0
        for day in days(max(first, self.starts_on), min(last, self.last_day)):
            is_working_day = (
                DAY_NAMES[day.weekday()] in self.row["workdays"] and day not in self.days_off
            )
            is_attended = is_working_day and day in self.clock_ins
            attended += is_attended
            expected += is_attended or (is_working_day and day < self.today)
        completed = late = overdue = 0
        for task_id in self.task_ids:
            submission = self.first_submission(task_id)
            if submission is not None:
                if self.counts(self.local_day(submission[0]), first, last):
                    completed += 1
                    late += submission[1]
                continue
            overdue += any(
                assignment["due_at"] is not None
                and assignment["due_at"] < self.as_of
                and self.counts(self.local_day(assignment["due_at"]), first, last)
                and not self.events(assignment, "completed", "cancelled")
                for assignment in self.assignments
                if assignment["task_id"] == task_id
            )
        trainings = {training for day, training in self.trainings if self.counts(day, first, last)}
        return {
            "training_ids": sorted(trainings),
            "attendance_rate": attended / expected if expected else None,
            "expected_days": expected,
            "attended_days": attended,
            "tasks_completed": completed,
            "tasks_late": late,
            "tasks_overdue": overdue,
            "training_completed": len(trainings),
            "employer_inputs": sum(self.counts(day, first, last) for day in self.inputs),
        }

    def windows(self) -> Iterator[tuple[str, date, date]]:
        """All windows that have begun: name, first day, last day."""
        for day in days(self.starts_on, self.last_day):
            yield "daily", day, day
        week = sunday(self.starts_on)
        while week <= self.last_day:
            yield "weekly", week, week + timedelta(days=6)
            week += timedelta(days=7)

    def closed_weeks(self) -> list[tuple[date, date]]:
        """The closed weeks, in order."""
        return [
            (first, last)
            for window, first, last in self.windows()
            if window == "weekly" and self.is_closed(last)
        ]

    def week_end(self, last: date) -> datetime:
        """The moment of the local midnight after a day."""
        following = last + ONE_DAY
        return datetime(
            following.year, following.month, following.day, tzinfo=self.zone
        ).astimezone(UTC)

    def threshold(self, metric: str, at: datetime) -> Row | None:
        """The most specific threshold in force at a moment."""
        candidates = []
        for row in in_force(self.world["kpi_thresholds"], ["kpi_threshold_id"], at):
            scope = (row["internship_instance_id"], row["organization_id"])
            matches = scope[0] in (None, self.id) and scope[1] in (
                None,
                self.row["organization_id"],
            )
            if row["metric"] == metric and matches:
                breadth = 0 if scope[0] is not None else 1 if scope[1] is not None else 2
                candidates.append((breadth, row["kpi_threshold_id"], row))
        return min(candidates, key=lambda found: found[:2])[2] if candidates else None

    def aggregates(self) -> Iterator[tuple[Key, Row]]:
        """Rows of internship_aggregates."""
        people = {name: self.row[name] for name in ("user_id", "employer_id", "organization_id")}
        for window, first, last in self.windows():
            yield (
                (self.id, window, first),
                people
                | self.metrics(first, last)
                | {"period_end": last, "is_closed": self.is_closed(last)},
            )

    def kpi_progress(self) -> Iterator[tuple[Key, Row]]:
        """Rows of internship_kpi_progress."""
        weeks = self.closed_weeks()
        together = self.metrics(weeks[0][0], weeks[-1][1]) if weeks else {}
        last_week = self.metrics(*weeks[-1]) if weeks else {}
        for metric in METRICS:
            threshold = self.threshold(metric, self.as_of) or {}
            yield (
                (self.id, metric),
                {
                    "employer_id": self.row["employer_id"],
                    "value": together.get(metric),
                    "value_last_week": last_week.get(metric),
                    "min_value": threshold.get("min_value"),
                    "max_value": threshold.get("max_value"),
                    "kpi_as_of": weeks[-1][1] if weeks else None,
                },
            )

    def risk_states(self) -> Iterator[tuple[Key, Row]]:
        """Rows of internship_risk_states."""
        for metric in METRICS:
            before = "none"
            for first, last in self.closed_weeks():
                threshold = self.threshold(metric, self.week_end(last))
                if threshold is None:
                    before = "none"
                    continue
                value = self.metrics(first, last)[metric]
                low, high = threshold["min_value"], threshold["max_value"]
                at_risk = value is not None and (
                    (low is not None and value < low) or (high is not None and value > high)
                )
                state = "at_risk" if at_risk else "none"
                yield (
                    (self.id, metric, first),
                    {
                        "employer_id": self.row["employer_id"],
                        "kpi_threshold_id": threshold["kpi_threshold_id"],
                        "value": value,
                        "min_value": low,
                        "max_value": high,
                        "state": state,
                        "changed": state != before,
                    },
                )
                before = state

    def notifications(self) -> Iterator[tuple[Key, Row]]:
        """Rows of internship_notifications."""
        for (internship, metric, first), risk in self.risk_states():
            if risk["changed"] and risk["state"] == "at_risk":
                low, high, value = risk["min_value"], risk["max_value"], risk["value"]
                is_below = low is not None and value < low
                bound = f"below {plain(low)}" if is_below else f"above {plain(high)}"
                yield (
                    (internship, metric, first),
                    {
                        "employer_id": self.row["employer_id"],
                        "audience": ["admin", "employer"],
                        "message": f"{metric} {plain(value)} is {bound} in the week of {first}",
                    },
                )

    def indicators(self) -> Iterator[tuple[Key, Row]]:
        """The row of student_progress_indicators."""
        progress = {key[1]: row for key, row in self.kpi_progress()}["attendance_rate"]
        rate = progress["value"]
        band = None
        if rate is not None:
            band = "good" if rate >= 0.9 else "fair" if rate >= 0.75 else "low"
        so_far = self.metrics(self.starts_on, self.ends_on)
        assigned = {row["task_id"] for row in self.assignments if row["assigned_at"] <= self.as_of}
        yield (
            (self.id,),
            {
                "user_id": self.row["user_id"],
                "attendance_band": band,
                "tasks_completed": so_far["tasks_completed"],
                "tasks_assigned": len(assigned),
                "training_completed": so_far["training_completed"],
                "weeks_elapsed": len(self.closed_weeks()),
                "weeks_total": (sunday(self.ends_on) - sunday(self.starts_on)).days // 7 + 1,
                "kpi_as_of": progress["kpi_as_of"],
            },
        )


def expected_marts(world: World, as_of: datetime) -> dict[str, dict[Key, Row]]:
    """The whole domain: mart -> grain -> the other columns."""
    internships = [
        Internship(row, world, as_of)
        for row in in_force(world["internships"], ["internship_instance_id"], as_of)
    ]
    return {
        "internship_aggregates": dict(pair for one in internships for pair in one.aggregates()),
        "internship_kpi_progress": dict(pair for one in internships for pair in one.kpi_progress()),
        "internship_risk_states": dict(pair for one in internships for pair in one.risk_states()),
        "internship_notifications": dict(
            pair for one in internships for pair in one.notifications()
        ),
        "student_progress_indicators": dict(
            pair for one in internships for pair in one.indicators()
        ),
    }
