"""Rules, proposals and certifications computed the slow and obvious way, from the documents and not from the SQL.

What belongs here: what a rule would say and what teachers decided, over the facts of `oracle.py`. Who may register
for an exam is `registration_oracle.py`'s business.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from assets_tests.records.oracle import Judgement, Key, Row


def iso(moment: datetime) -> str:
    """A moment as ISO text in UTC."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plain(value: Decimal | None) -> int | float | None:
    """A number as JSON holds it, 50 rather than 50.0."""
    return None if value is None else int(value) if value == int(value) else float(value)


def required_points(rule: Row, maximum: Decimal) -> Decimal | None:
    """The points that somebody with this maximum needs: an absolute threshold as it stands, a share in whole points."""
    if rule["min_points_absolute"] is not None:
        return rule["min_points_absolute"]
    if rule["min_percentage"] is None:
        return None
    share = Fraction(maximum) * Fraction(rule["min_percentage"]) / 100
    return Decimal(-(-share.numerator // share.denominator))


@dataclass
class Decisions(Judgement):
    """What rules propose and what was certified, judged at `as_of`; a rule's snapshot at its certification's moment."""

    def at(self, moment: datetime) -> Decisions:
        """The same world, judged at another moment; each moment is worked out once."""
        moments: dict[datetime, Decisions] = self.remembered.setdefault("moments", {})
        if moment not in moments:
            moments[moment] = Decisions(self.world, moment, self.n)
            moments[moment].remembered["moments"] = moments
        return moments[moment]

    def is_lecture(self, lecture_id: str) -> bool:
        """Whether the lecture is in force."""
        return (lecture_id,) in self.in_force("lectures", "lecture_id")

    def required(self, rule_id: str) -> list[str]:
        """The achievements that a rule requires, landed or not, by position."""
        rows = [
            row
            for row in self.in_force("rule_achievements", "rule_id", "achievement_id").values()
            if row["rule_id"] == rule_id
        ]
        rows.sort(key=lambda row: (row["position"], row["achievement_id"].encode()))
        return [row["achievement_id"] for row in rows]

    def active_rules(self, lecture_id: str) -> list[Row]:
        """The active rules of a lecture."""
        rules = self.in_force("rules", "rule_id").values()
        return [rule for rule in rules if rule["lecture_id"] == lecture_id and rule["active"]]

    def has_criterion(self, rule: Row) -> bool:
        """Whether the rule asks for anything."""
        thresholds = (rule["min_percentage"], rule["min_points_absolute"])
        return any(value is not None for value in thresholds) or bool(
            self.required(rule["rule_id"])
        )

    def certification_proposals(self, **thresholds: Decimal | None) -> list[Row]:
        """`records.certification_proposals`; with `thresholds` as they would be if every rule had these."""
        progress = {
            (row["lecture_id"], row["user_id"], row["achievement_id"]): row["grade_value"]
            for row in self.achievement_progress()
        }
        proposals = []
        for record in self.performance_records():
            rules = self.active_rules(record["lecture_id"])
            if len(rules) == 1 and self.has_criterion(rules[0]):
                proposals.append(self.proposal(rules[0] | thresholds, record, progress))
        return proposals

    def proposal(self, rule: Row, record: Row, progress: dict[Key, str | None]) -> Row:
        """What a rule says of a record; `progress` has the grades by lecture, user and achievement."""
        member = (record["lecture_id"], record["user_id"])
        required = self.required(rule["rule_id"])
        met = record["achievements_met_ids"]
        unmet = [achievement for achievement in required if achievement not in met]
        graded = [
            achievement for achievement in unmet if progress.get((*member, achievement)) is not None
        ]
        points, needed, reasons = self.points_state(rule, record)
        if unmet and not graded:
            reasons.append("achievements_ungraded")
        return {
            "lecture_id": record["lecture_id"],
            "user_id": record["user_id"],
            "rule_id": rule["rule_id"],
            "min_percentage": rule["min_percentage"],
            "min_points_absolute": rule["min_points_absolute"],
            "proposed_status": "passed" if points == "met" and not unmet else "failed",
            "current_points": record["points_total_materialized"],
            "required_points": needed,
            "current_achievement_ids": met,
            "required_achievement_ids": sorted(required, key=str.encode),
            "meets_points": points == "met",
            "meets_achievements": not unmet,
            "deferral_reasons": [] if points == "missed" or graded else sorted(reasons),
        }

    def points_state(self, rule: Row, record: Row) -> tuple[str, Decimal | None, list[str]]:
        """`met`, `open` or `missed`; the points needed; and what speaks for waiting."""
        total, maximum = record["points_total_materialized"], record["points_max_materialized"]
        needed = required_points(rule, maximum)
        reasons = []
        is_met = needed is None or total >= needed
        if needed is not None and total < needed <= total + record["points_max_pending"]:
            reasons.append("points_pending")
        asks_for_share = rule["min_percentage"] is not None and rule["min_percentage"] > 0
        misses_absolute = rule["min_points_absolute"] is not None and not is_met
        if maximum == 0 and (asks_for_share or misses_absolute):
            reasons.append("points_not_measurable")
        return "met" if is_met else "open" if reasons else "missed", needed, reasons

    def rule_snapshot(self, certification: Row) -> Row | None:
        """The rule that a certification names, as it was then; None when it was not in force."""
        then = self.at(certification["occurred_at"])
        rule = then.in_force("rules", "rule_id").get((certification["rule_id"],))
        if rule is None:
            return None
        return {
            "rule_id": rule["rule_id"],
            "min_percentage": plain(rule["min_percentage"]),
            "min_points_absolute": plain(rule["min_points_absolute"]),
            "achievement_ids": then.required(rule["rule_id"]),
            "effective_at": iso(rule["effective_at"]),
        }

    def is_stale(self, certification: Row) -> bool:
        """Whether anything was said about the rule, or what it requires, after the certification."""
        if self.rule_snapshot(certification) is None:
            return False
        return any(
            row["rule_id"] == certification["rule_id"]
            and row["effective_at"] > certification["occurred_at"]
            for contract in ("rules", "rule_achievements")
            for row in self.known(contract, "effective_at")
        )

    def decided(self, certification: Row) -> Row:
        """What both tables of certifications say of one."""
        snapshot = self.rule_snapshot(certification)
        return {
            "lecture_id": certification["lecture_id"],
            "user_id": certification["user_id"],
            "status": certification["status"],
            "source": certification["source"],
            "certified_by": certification["certified_by"],
            "certified_at": certification["occurred_at"],
            "rule_id": snapshot["rule_id"] if snapshot else None,
            "rule_snapshot": json.dumps(snapshot, separators=(",", ":")) if snapshot else None,
            "note": certification["note"],
        }

    def certification_history(self) -> list[Row]:
        """`records.certification_history`."""
        return [
            {"certification_id": certification["certification_id"]} | self.decided(certification)
            for certification in self.known("certifications", "occurred_at")
            if self.at(certification["occurred_at"]).is_lecture(certification["lecture_id"])
        ]

    def certifications(self) -> list[Row]:
        """`records.certifications`."""
        return list(self._certifications())

    def _certifications(self) -> Iterator[Row]:
        proposed = {
            (row["lecture_id"], row["user_id"]): row["proposed_status"]
            for row in self.certification_proposals()
        }
        standing = self.standing("certifications", "certification_id", "lecture_id", "user_id")
        for (lecture_id, user_id), certification in standing.items():
            if not self.is_lecture(lecture_id):
                continue
            status, proposal = certification["status"], proposed.get((lecture_id, user_id))
            yield self.decided(certification) | {
                "is_stale": self.is_stale(certification),
                "proposed_status": proposal,
                "conflicts": status != "pending" and proposal not in (None, status),
            }
