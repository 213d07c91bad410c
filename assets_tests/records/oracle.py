"""Records computed the slow and obvious way, from the documents and not from the SQL.

What belongs here: one plain function per idea, over lists of dicts as `raw` holds them. Nothing here is fast or
shared with the product; where it and the marts differ, one of them has misread the documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

Row = dict[str, Any]
World = dict[str, list[Row]]
Key = tuple[Any, ...]

READABLE_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")


def percentage(total: Decimal, maximum: Decimal) -> float | None:
    """The DOUBLE that is nearest to 100 x total / maximum."""
    return float(100 * Fraction(total) / Fraction(maximum)) if maximum else None


def number(grade: str) -> Decimal | None:
    """A grade read as a decimal."""
    return Decimal(grade.replace(",", ".")) if READABLE_NUMBER.fullmatch(grade) else None


@dataclass
class Judgement:
    """What a world says at `as_of` when only the batches up to `n` are known; versions and events are read once."""

    world: World
    as_of: datetime
    n: int
    remembered: dict[str, Any] = field(default_factory=dict, repr=False)

    def known(self, contract: str, moment: str) -> list[Row]:
        """The rows that are known and whose moment has come."""
        rows = self.world[contract]
        return [row for row in rows if row["_batch"] <= self.n and row[moment] <= self.as_of]

    def latest(self, contract: str, key: Sequence[str]) -> dict[Key, Row]:
        """The latest version of each entity, a tombstone or not."""
        if contract not in self.remembered:
            found: dict[Key, Row] = {}
            for row in sorted(
                self.known(contract, "effective_at"), key=lambda row: row["effective_at"]
            ):
                found[tuple(row[column] for column in key)] = row
            self.remembered[contract] = found
        remembered: dict[Key, Row] = self.remembered[contract]
        return remembered

    def in_force(self, contract: str, *key: str) -> dict[Key, Row]:
        """The entities in force."""
        latest = self.latest(contract, key)
        name = f"{contract} in force"
        if name not in self.remembered:
            self.remembered[name] = {k: row for k, row in latest.items() if not row["is_deleted"]}
        remembered: dict[Key, Row] = self.remembered[name]
        return remembered

    def standing(self, contract: str, event_key: str, *key: str) -> dict[Key, Row]:
        """Of all that was said about one thing what was said last; ties: the larger key."""
        if contract not in self.remembered:
            events = self.known(contract, "occurred_at")
            events.sort(key=lambda row: (row["occurred_at"], row[event_key].encode()))
            self.remembered[contract] = {tuple(row[name] for name in key): row for row in events}
        remembered: dict[Key, Row] = self.remembered[contract]
        return remembered

    def members(self) -> list[tuple[str, str]]:
        """The members in force of the lectures in force, as (lecture_id, user_id)."""
        lectures = self.in_force("lectures", "lecture_id")
        members = self.in_force("lecture_members", "lecture_id", "user_id")
        return [(lecture, user) for lecture, user in members if (lecture,) in lectures]

    def required_achievements(self) -> set[str]:
        """What rules in force require, active or not."""
        rules = self.in_force("rules", "rule_id")
        required = self.in_force("rule_achievements", "rule_id", "achievement_id")
        return {achievement for rule, achievement in required if (rule,) in rules}

    def achievements(self) -> Iterator[tuple[Row, bool]]:
        """The achievements in force, each with whether it is only because a rule requires it."""
        required = self.required_achievements()
        latest = self.latest("achievements", ["achievement_id"])
        for (achievement_id,), row in latest.items():
            if not row["is_deleted"]:
                yield row, False
            elif achievement_id in required:
                versions = [
                    version
                    for version in self.known("achievements", "effective_at")
                    if version["achievement_id"] == achievement_id and not version["is_deleted"]
                ]
                if versions:
                    yield max(versions, key=lambda version: version["effective_at"]), True

    def result(self, achievement: Row, grade_value: str | None) -> Row:
        """The grade, its value and whether the achievement is met."""
        grade = (grade_value or "").strip().lower() or None
        if achievement["value_type"] == "boolean":
            return {"grade_value": grade, "value": None, "met": grade == "pass"}
        value = number(grade) if grade else None
        met = value is not None and value >= achievement["threshold"]
        return {"grade_value": grade, "value": value, "met": met}

    def achievement_progress(self) -> list[Row]:
        """`records.achievement_progress`, with the title."""
        grades = self.standing(
            "achievement_grades", "achievement_grade_id", "achievement_id", "user_id"
        )
        rows = []
        for achievement, _ in self.achievements():
            for lecture_id, user_id in self.members():
                if lecture_id != achievement["lecture_id"]:
                    continue
                grade = grades.get((achievement["achievement_id"], user_id), {})
                rows.append(
                    {
                        "achievement_id": achievement["achievement_id"],
                        "user_id": user_id,
                        "lecture_id": lecture_id,
                        "title": achievement["title"],
                        "value_type": achievement["value_type"],
                        "threshold": achievement["threshold"],
                    }
                    | self.result(achievement, grade.get("grade_value"))
                )
        return rows

    def points(self, lecture_id: str, user_id: str) -> tuple[Decimal, Decimal, Decimal]:
        """Total, maximum and pending maximum of one member."""
        participations = self.standing(
            "participations", "participation_id", "assessment_id", "user_id"
        )
        total = maximum = pending = Decimal(0)
        for assessment in self.in_force("assessments", "assessment_id").values():
            if assessment["lecture_id"] != lecture_id or assessment["kind"] != "assignment":
                continue
            participation = participations.get((assessment["assessment_id"], user_id))
            status = participation["status"] if participation else None
            if status == "exempt":
                continue
            maximum += assessment["max_points"]
            if participation and status == "reviewed":
                total += participation["points"]
            if participation and status == "pending" and participation["submitted_at"]:
                pending += assessment["max_points"]
        return total, maximum, pending

    def performance_records(self) -> list[Row]:
        """`records.performance_records`."""
        progress = self.achievement_progress()
        rows = []
        for lecture_id, user_id in self.members():
            total, maximum, pending = self.points(lecture_id, user_id)
            met = [
                row["achievement_id"]
                for row in progress
                if row["met"] and (row["lecture_id"], row["user_id"]) == (lecture_id, user_id)
            ]
            rows.append(
                {
                    "lecture_id": lecture_id,
                    "user_id": user_id,
                    "points_total_materialized": total,
                    "points_max_materialized": maximum,
                    "percentage_materialized": percentage(total, maximum),
                    "achievements_met_ids": sorted(met, key=str.encode),
                    "points_max_pending": pending,
                    "computed_at": self.as_of,
                }
            )
        return rows

    def student_standing(self) -> list[Row]:
        """`records.student_standing`."""
        titles = {row["achievement_id"]: row["title"] for row, _ in self.achievements()}
        certifications = self.standing(
            "certifications", "certification_id", "lecture_id", "user_id"
        )
        rows = []
        for record in self.performance_records():
            key = (record["lecture_id"], record["user_id"])
            met = [titles[achievement_id] for achievement_id in record["achievements_met_ids"]]
            rows.append(
                {
                    "lecture_id": record["lecture_id"],
                    "user_id": record["user_id"],
                    "points_total_materialized": record["points_total_materialized"],
                    "points_max_materialized": record["points_max_materialized"],
                    "percentage_materialized": record["percentage_materialized"],
                    "achievements_met": sorted(met, key=str.encode),
                    "certification_status": certifications.get(key, {}).get("status"),
                }
            )
        return rows
