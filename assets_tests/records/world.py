"""Random small worlds of lectures: few people and few moments, so that ties, corrections and returns are common.

What belongs here: rows as the ledger would hold them after ingestion. What follows from them is the oracle's and
the marts' business.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from assets_tests.records.oracle import Row, World

MOMENTS = [datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=7 * week) for week in range(8)]
BATCHES = (1, 1, 1, 2)
USERS = ("ann", "ben", "cem", "dee")
GRADES = (
    *("Pass", " pass ", "PASS\t", "\u00a0pass", "Fail", "passed", "", "  ", None),
    *("12", "11.9999", "12,5", " 3,5 ", "+12", "-1", "0", "75", "74.9999", "100"),
    *("12abc", "75%", "1.000,5", ".5", "5.", "1e2", "٣", "- 1"),
)
TITLES = ("Talk", "Attendance", "Übung", "talk")
PERCENTAGES = [Decimal(percentage) for percentage in ("0", "16.1", "33.3333", "50", "100")]
ABSOLUTES = [Decimal(points) for points in ("0", "7.5", "12", "20.0001")]
CONTRACTS = (
    *("users", "lectures", "lecture_members", "assessments", "participations", "achievements"),
    *("achievement_grades", "rules", "rule_achievements", "certifications"),
    *("campaigns", "registration_policies", "registration_events"),
)


class LectureMaker:
    """Draws lectures into one world. Ids are numbered over all lectures, so that `9` > `10` occurs as text."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.world: World = {contract: [] for contract in CONTRACTS}
        self.ids = 0

    def new_id(self) -> str:
        """An id never given before."""
        self.ids += 1
        return str(self.ids)

    def add(self, contract: str, row: Row) -> None:
        """One accepted row."""
        place = len(self.world[contract])
        self.world[contract].append(row | {"_batch": self.random.choice(BATCHES), "_row": place})

    def versions(
        self, contract: str, key: Row, content: Callable[[], Row], steady: float = 0.5
    ) -> None:
        """An entity's life: one early version (as often as `steady` says), or several, with tombstones and returns."""
        if self.random.random() < steady:
            begins = [self.random.choice(MOMENTS[:2])]
        else:
            begins = self.random.sample(MOMENTS, self.random.randint(1, 4))
        for place, effective_at in enumerate(sorted(begins)):
            is_deleted = place > 0 and self.random.random() < 0.5
            row = content()
            self.add(
                contract,
                {name: None for name in row if is_deleted}
                | ({} if is_deleted else row)
                | key
                | {"effective_at": effective_at, "is_deleted": is_deleted},
            )

    def event(self, contract: str, key: str, row: Row) -> None:
        """Something that happened at one of the few moments."""
        self.add(
            contract, {key: self.new_id()} | row | {"occurred_at": self.random.choice(MOMENTS)}
        )

    def points(self, limit: int) -> Decimal:
        """Points with up to four decimals."""
        return Decimal(self.random.randint(0, limit * 10_000)) / 10_000

    def assessment(self, lectures: list[str]) -> Row:
        """A version of an assessment; now and then it moves to another lecture or changes its kind."""
        return {
            "lecture_id": self.random.choice([lectures[-1]] * 5 + lectures),
            "title": "Sheet",
            "kind": self.random.choice(["assignment"] * 4 + ["exam", "talk"]),
            "max_points": self.random.choice([Decimal(0), Decimal(10), self.points(20)]),
            "due_at": None,
            "is_archived": self.random.random() < 0.3,
        }

    def achievement(self, lectures: list[str]) -> Row:
        """A version of an achievement."""
        value_type = self.random.choice(["boolean", "numeric", "percentage"])
        thresholds = {
            "boolean": [None],
            "numeric": [Decimal(12), Decimal("3.5")],
            "percentage": [Decimal(0), Decimal(75), Decimal(100)],
        }
        return {
            "lecture_id": self.random.choice([lectures[-1]] * 5 + lectures),
            "title": self.random.choice(TITLES),
            "value_type": value_type,
            "threshold": self.random.choice(thresholds[value_type]),
            "description": None,
        }

    def participation(self) -> Row:
        """One statement about a piece of work; points may be noted whatever the status."""
        status = self.random.choice(["pending"] * 2 + ["reviewed"] * 2 + ["absent", "exempt"])
        has_points = status == "reviewed" or self.random.random() < 0.3
        return {
            "status": status,
            "points": self.points(25) if has_points else None,
            "submitted_at": self.random.choice([None, MOMENTS[0], MOMENTS[0]]),
            "actor_id": None,
        }

    def draw_lecture(self, lectures: list[str]) -> None:
        """The last of `lectures`: its people, work, achievements, rules and certifications."""
        lecture_id = lectures[-1]
        if self.random.random() < 0.95:
            self.versions(
                "lectures",
                {"lecture_id": lecture_id},
                lambda: {"organization_id": None, "title": "Lecture", "teacher_id": None},
                steady=0.9,
            )
        for user_id in self.random.sample(USERS, 3):
            key = {"lecture_id": lecture_id, "user_id": user_id}
            self.versions("lecture_members", key, dict, steady=0.7)
        for _ in range(self.random.randint(0, 4)):
            assessment_id = self.new_id()
            if self.random.random() < 0.95:
                self.versions(
                    "assessments",
                    {"assessment_id": assessment_id},
                    lambda: self.assessment(lectures),
                )
            for user_id in self.random.choices(USERS, k=self.random.randint(0, 8)):
                row = {"assessment_id": assessment_id, "user_id": user_id} | self.participation()
                self.event("participations", "participation_id", row)
        achievements = [self.new_id() for _ in range(self.random.randint(0, 3))]
        for achievement_id in achievements:
            self.versions(
                "achievements",
                {"achievement_id": achievement_id},
                lambda: self.achievement(lectures),
                steady=0.7,
            )
            for user_id in self.random.choices(USERS, k=self.random.randint(0, 8)):
                row = {
                    "achievement_id": achievement_id,
                    "user_id": user_id,
                    "grade_value": self.random.choice([*GRADES, *(["Pass", "100"] * 20)]),
                    "actor_id": None,
                }
                self.event("achievement_grades", "achievement_grade_id", row)
        rules = self.draw_rules(lecture_id, achievements)
        for user_id in self.random.choices(USERS, k=self.random.randint(0, 20)):
            status = self.random.choice(["pending", "passed", "passed", "passed", "failed"])
            row = {
                "lecture_id": lecture_id,
                "user_id": user_id,
                "status": status,
                "source": self.random.choice(["computed", "manual"]),
                "certified_by": None if status == "pending" else "teacher",
                "rule_id": self.random.choice([*rules, *rules, None, "never landed"]),
                "note": self.random.choice([None, "Exempt"]),
            }
            self.event("certifications", "certification_id", row)

    def rule(self, lecture_id: str) -> Row:
        """A version of a rule: a share of the points, points, or neither."""
        threshold = self.random.choice(
            ["min_percentage", "min_percentage", "min_points_absolute", ""]
        )
        return {
            "lecture_id": lecture_id,
            "min_percentage": None,
            "min_points_absolute": None,
            "active": self.random.random() < 0.7,
        } | (
            {"min_percentage": self.random.choice(PERCENTAGES)}
            if threshold == "min_percentage"
            else {"min_points_absolute": self.random.choice(ABSOLUTES)}
            if threshold
            else {}
        )

    def draw_rules(self, lecture_id: str, achievements: list[str]) -> list[str]:
        """Up to two rules, active or not; they require some achievements, and now and then one that never landed."""
        rules = [self.new_id() for _ in range(self.random.choice([0, 1, 1, 1, 2]))]
        for rule_id in rules:
            if self.random.random() < 0.9:
                self.versions(
                    "rules", {"rule_id": rule_id}, lambda: self.rule(lecture_id), steady=0.7
                )
            for achievement_id in [*achievements, "never landed"]:
                if self.random.random() < (0.1 if achievement_id == "never landed" else 0.3):
                    self.versions(
                        "rule_achievements",
                        {"rule_id": rule_id, "achievement_id": achievement_id},
                        lambda: {"position": self.random.randint(1, 3)},
                    )
        return rules
