"""Random small worlds of internships, dense in the moments where rules meet.

What belongs here: drawing rows as the ledger holds them. Clock-ins at midnight, signals at `as_of` and a
microsecond after it, days without an internship, versions, tombstones and rows that belong to nothing are
frequent on purpose; what ingestion would quarantine is never drawn.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from assets_tests.internships.oracle import DAY_NAMES, METRICS, World

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Havana",
    "America/Santiago",
    "Atlantic/Azores",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Pacific/Auckland",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
)
CLOCK = (time(0), time(0), time(9), time(12, 30), time(23, 59, 59, 999999))
CONTRACTS = (
    "organizations",
    "internships",
    "internship_days_off",
    "kpi_thresholds",
    "attendance_records",
    "training_events",
    "employer_inputs",
    "task_assignments",
    "task_events",
)


class WorldMaker:
    """Draws one world around a moment; the same seed draws the same world."""

    def __init__(self, seed: int, as_of: datetime, internships: int) -> None:
        self.random = Random(seed)
        self.as_of = as_of
        self.internships = internships
        self.world: World = {contract: [] for contract in CONTRACTS}

    def make(self) -> World:
        """All rows, by contract."""
        for organization in ("o1", "o2", "o3", "o4"):
            self.entity(
                "organizations",
                organization_id=organization,
                name=organization,
                timezone=self.random.choice(ZONES),
            )
        for number in range(self.internships):
            self.internship(f"i{number}")
        for number in range(40):
            self.threshold(f"k{number}")
        return self.world

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def add(self, contract: str, **columns: Any) -> None:
        self.world[contract].append(columns)

    def entity(self, contract: str, **columns: Any) -> None:
        """A first version and sometimes a tombstone, which ends now, in a moment, or was followed by a new version."""
        self.add(contract, **columns, effective_at=EPOCH, is_deleted=False)
        if self.chance(0.1):
            at = self.as_of + self.random.choice([-timedelta(days=9), timedelta(0), MICROSECOND])
            self.add(contract, **columns, effective_at=at, is_deleted=True)
            if self.chance(0.4):
                again = at + self.random.choice([timedelta(days=1), timedelta(days=9)])
                self.add(contract, **columns, effective_at=again, is_deleted=False)

    def local_moment(self, day: date, zone: str) -> datetime:
        """A moment of a day somewhere, often at its very beginning or end."""
        wall = datetime.combine(day, self.random.choice(CLOCK), ZoneInfo(zone))
        return wall.replace(fold=self.random.choice([0, 1])).astimezone(UTC)

    def moment(self, starts_on: date, ends_on: date, zone: str) -> datetime:
        """A moment during an internship or a little outside it, now and then `as_of` itself."""
        if self.chance(0.04):
            return self.as_of + self.random.choice([-MICROSECOND, timedelta(0), MICROSECOND])
        length = (ends_on - starts_on).days
        return self.local_moment(
            starts_on + timedelta(days=self.random.randint(-2, length + 2)), zone
        )

    def internship(self, internship: str) -> None:
        draw = self.random
        starts_on = self.as_of.date() + timedelta(days=draw.randint(-40, 2))
        ends_on = starts_on + timedelta(days=draw.choice([0, 1, 6, 13, 25, 45]))
        organization = draw.choice([None, "o1", "o2", "o3", "o4", "nowhere"])
        zone = draw.choice(ZONES)
        self.entity(
            "internships",
            internship_instance_id=internship,
            user_id=f"u{internship}",
            employer_id=draw.choice(["e1", "e2"]),
            organization_id=organization,
            starts_on=starts_on,
            ends_on=ends_on,
            workdays=draw.sample(DAY_NAMES, draw.choice([1, 5, 5, 7])),
            timezone=draw.choice([None, zone, zone, zone]),
        )
        for offset in draw.sample(range(0, 40), draw.choice([0, 2, 6])):
            self.entity(
                "internship_days_off",
                internship_instance_id=internship,
                day=starts_on + timedelta(days=offset),
                reason=None,
            )
        moments = [self.moment(starts_on, ends_on, zone) for _ in range(draw.choice([0, 3, 30]))]
        for number, moment in enumerate(moments):
            self.add(
                "attendance_records",
                attendance_record_id=f"{internship}-a{number}",
                internship_instance_id=internship,
                occurred_at=moment,
                clocked_out_at=None,
            )
        for number in range(draw.choice([0, 2, 8])):
            self.add(
                "training_events",
                training_event_id=f"{internship}-t{number}",
                internship_instance_id=internship,
                training_id=f"t{draw.randint(0, 4)}",
                status=draw.choice(["started", "completed", "completed"]),
                occurred_at=self.moment(starts_on, ends_on, zone),
            )
        for number in range(draw.choice([0, 1, 4])):
            self.add(
                "employer_inputs",
                employer_input_id=f"{internship}-e{number}",
                internship_instance_id=internship,
                employer_id="e9",
                category=None,
                comment=None,
                occurred_at=self.moment(starts_on, ends_on, zone),
            )
        for number in range(draw.choice([0, 3, 9])):
            self.assignment(internship, f"{internship}-s{number}", starts_on, ends_on, zone)

    def assignment(
        self, internship: str, assignment: str, starts_on: date, ends_on: date, zone: str
    ) -> None:
        """A task given to an intern (several may be of one task), and what became of it."""
        draw = self.random
        due_at = draw.choice([None, self.moment(starts_on, ends_on, zone)])
        if due_at is not None and self.chance(0.2):
            due_at = datetime.combine(due_at.date(), time.max, UTC)
        self.entity(
            "task_assignments",
            task_assignment_id=assignment,
            task_id=f"task{draw.randint(0, 5)}",
            user_id=f"u{internship}",
            internship_instance_id=draw.choice([internship] * 8 + [None, "nowhere"]),
            title=None,
            difficulty=None,
            skill_match=None,
            assigned_at=self.moment(starts_on, ends_on, zone),
            due_at=due_at,
        )
        submitted = "submitted"
        for number in range(draw.choice([0, 0, 1, 3])):
            at_due = due_at is not None and self.chance(0.2)
            self.add(
                "task_events",
                task_event_id=f"{assignment}-{number}",
                task_assignment_id=assignment,
                event_type=draw.choice(
                    [submitted, submitted, "reviewed", "completed", "cancelled"]
                ),
                outcome=None,
                actor_id=None,
                actual_hours=None,
                occurred_at=due_at if at_due else self.moment(starts_on, ends_on, zone),
            )

    def threshold(self, threshold: str) -> None:
        """A threshold of some scope, sometimes changed just when a week ended somewhere, sometimes withdrawn."""
        draw = self.random
        metric = draw.choice(METRICS)
        scope = {
            "organization_id": draw.choice([None, None, "o1", "o2", "nowhere"]),
            "internship_instance_id": draw.choice(
                [None, None, f"i{draw.randrange(self.internships)}", "nowhere"]
            ),
        }
        sundays = [self.as_of.date() - timedelta(days=days) for days in range(50)]
        moments = {EPOCH} if self.chance(0.7) else set()
        for day in draw.sample([day for day in sundays if day.weekday() == 6], 5):
            midnight = datetime.combine(day, time(0), ZoneInfo(draw.choice(ZONES)))
            moments.add(midnight.astimezone(UTC) + draw.choice([timedelta(0), MICROSECOND]))
        for moment in sorted(moments):
            unit = 1.0 if metric == "attendance_rate" else 5.0
            bounds = draw.choice([(0.2, None), (0.5, None), (None, 0.4), (0.2, 0.6), (0.8, 0.2)])
            self.add(
                "kpi_thresholds",
                kpi_threshold_id=threshold,
                metric=metric,
                min_value=None if bounds[0] is None else bounds[0] * unit,
                max_value=None if bounds[1] is None else bounds[1] * unit,
                effective_at=moment,
                is_deleted=moment > EPOCH and self.chance(0.4),
                **scope,
            )
