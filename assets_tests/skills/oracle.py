"""Skills computed the slow and obvious way, from the documents and not from the SQL.

What belongs here: one plain function per idea, over lists of dicts as `raw` holds them. Nothing here is fast or
shared with the product; where it and the marts differ, one of them has misread the documents.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

Row = dict[str, Any]
World = dict[str, list[Row]]

WEIGHT = Decimal(1)


class Key(NamedTuple):
    """What makes a signal that signal (R002-22)."""

    user_id: str
    skill_id: str
    source_type: str
    source_id: str
    signal_type: str

    @property
    def signal_id(self) -> str:
        """Lower-case hex SHA-256 of the parts, joined by U+001F."""
        return hashlib.sha256("\x1f".join(self).encode()).hexdigest()


def sunday(moment: datetime) -> date:
    """The first day of the week of a moment in UTC."""
    day = moment.date()
    while day.isoweekday() != 7:
        day -= timedelta(days=1)
    return day


@dataclass
class Judgement:
    """What a world says at `as_of` when only the batches up to `n` are known."""

    world: World
    as_of: datetime
    n: int

    def known(self, contract: str, moment: str = "occurred_at") -> list[Row]:
        """The rows that are known and whose moment has come."""
        rows = self.world[contract]
        return [row for row in rows if row["_batch"] <= self.n and row[moment] <= self.as_of]

    def version_at(self, contract: str, moment: datetime, **key: str) -> Row | None:
        """The version of an entity in force at a moment, if there is one."""
        versions = [
            row
            for row in self.known(contract, "effective_at")
            if row["effective_at"] <= moment
            and all(row[column] == value for column, value in key.items())
        ]
        latest = max(versions, key=lambda row: row["effective_at"], default=None)
        return latest if latest and not latest["is_deleted"] else None

    def declared(self, project_id: str, moment: datetime) -> set[str]:
        """The skills that a project was scoped to at a moment."""
        if not self.version_at("projects", moment, project_id=project_id):
            return set()
        skill_ids = {
            row["skill_id"]
            for row in self.world["project_skills"]
            if row["project_id"] == project_id
        }
        return {
            skill_id
            for skill_id in skill_ids
            if self.version_at("project_skills", moment, project_id=project_id, skill_id=skill_id)
            and self.version_at("skills", moment, skill_id=skill_id)
        }

    def evidence(self) -> Iterator[tuple[str, str, str, str, str, datetime]]:
        """(user, project, source type, source, signal type, moment) of all that is valid evidence."""
        for row in self.known("progress_updates"):
            source = ("update", row["progress_update_id"], "update")
            yield row["user_id"], row["project_id"], *source, row["occurred_at"]
        events = self.known("project_events")
        for row in events:
            has_joined = any(
                other["event_type"] == "joined"
                and other["user_id"] == row["user_id"]
                and other["project_id"] == row["project_id"]
                and other["occurred_at"] <= row["occurred_at"]
                for other in events
            )
            if row["event_type"] == "joined" or has_joined:
                source = ("project", row["project_id"], row["event_type"])
                yield row["user_id"], row["project_id"], *source, row["occurred_at"]

    @cached_property
    def signals(self) -> dict[Key, datetime]:
        """Every signal with its moment: of several events the earliest."""
        signals: dict[Key, datetime] = {}
        for user_id, project_id, source_type, source_id, signal_type, moment in self.evidence():
            for skill_id in self.declared(project_id, moment):
                key = Key(user_id, skill_id, source_type, source_id, signal_type)
                signals[key] = min(moment, signals.get(key, moment))
        return signals

    def user_skill_signals(self) -> list[Row]:
        """`skills.user_skill_signals`."""
        return [
            {"signal_id": key.signal_id} | key._asdict() | {"weight": WEIGHT, "created_at": moment}
            for key, moment in self.signals.items()
        ]

    def moments(self, user_id: str, skill_id: str) -> list[datetime]:
        """When a user had signals of a skill, in time."""
        return sorted(
            moment
            for key, moment in self.signals.items()
            if (key.user_id, key.skill_id) == (user_id, skill_id)
        )

    def skilled(self) -> set[tuple[str, str]]:
        """Every (user, skill) with a signal."""
        return {(key.user_id, key.skill_id) for key in self.signals}

    def name_of(self, skill_id: str) -> Row:
        """What a skill was last called."""
        versions = [
            row
            for row in self.known("skills", "effective_at")
            if row["skill_id"] == skill_id and not row["is_deleted"]
        ]
        latest = max(versions, key=lambda row: row["effective_at"])
        return {"skill_name": latest["skill_name"], "category": latest["category"]}

    def skill_distribution(self) -> list[Row]:
        """`skills.skill_distribution`."""
        rows = []
        for user_id, skill_id in self.skilled():
            moments = self.moments(user_id, skill_id)
            rows.append(
                {"user_id": user_id, "skill_id": skill_id}
                | self.name_of(skill_id)
                | {
                    "signals": len(moments),
                    "total_weight": len(moments) * WEIGHT,
                    "first_signal_at": moments[0],
                    "last_signal_at": moments[-1],
                }
            )
        return rows

    def organization_of(self, user_id: str) -> str | None:
        """The organization that the user's version in force now names."""
        version = self.version_at("users", self.as_of, user_id=user_id)
        return version["organization_id"] if version else None

    def skill_distribution_by_organization(self) -> list[Row]:
        """`skills.skill_distribution_by_organization`."""
        totals: dict[tuple[str, str], list[Row]] = {}
        for row in self.skill_distribution():
            organization_id = self.organization_of(row["user_id"])
            if organization_id is not None:
                totals.setdefault((organization_id, row["skill_id"]), []).append(row)
        return [
            {"organization_id": organization_id, "skill_id": skill_id}
            | self.name_of(skill_id)
            | {
                "signals": sum(row["signals"] for row in rows),
                "users": len(rows),
                "total_weight": sum(row["total_weight"] for row in rows),
            }
            for (organization_id, skill_id), rows in totals.items()
        ]

    def skill_momentum(self) -> list[Row]:
        """`skills.skill_momentum`."""
        rows = []
        for user_id, skill_id in self.skilled():
            weeks = [sunday(moment) for moment in self.moments(user_id, skill_id)]
            for week in set(weeks):
                rows.append(
                    {
                        "user_id": user_id,
                        "skill_id": skill_id,
                        "signals": weeks.count(week),
                        "total_weight": weeks.count(week) * WEIGHT,
                        "cumulative_signals": sum(other <= week for other in weeks),
                        "week_start": week,
                    }
                )
        return rows

    def skill_activity(self) -> list[Row]:
        """`skills.skill_activity`."""
        rows = []
        for user_id in {key.user_id for key in self.signals}:
            newest_first = sorted(
                (row for row in self.user_skill_signals() if row["user_id"] == user_id),
                key=lambda row: (row["created_at"], row["signal_id"]),
                reverse=True,
            )
            ages = [self.as_of - row["created_at"] for row in newest_first]
            last = sum(age < timedelta(days=7) for age in ages)
            previous = sum(timedelta(days=7) <= age < timedelta(days=14) for age in ages)
            shown = (
                "signal_id",
                "skill_id",
                "source_type",
                "source_id",
                "signal_type",
                "created_at",
            )
            rows.append(
                {
                    "user_id": user_id,
                    "direction": "up" if last > previous else "down" if last < previous else "flat",
                    "recent": [{name: row[name] for name in shown} for row in newest_first[:20]],
                    "signals_last_7_days": last,
                    "signals_previous_7_days": previous,
                    "last_signal_at": newest_first[0]["created_at"],
                }
            )
        return rows

    def mentorship_summary(self) -> list[Row]:
        """`skills.mentorship_summary`."""
        rows = []
        sessions = self.known("mentorship_sessions")
        for intern_id in {session["intern_id"] for session in sessions}:
            own = [session for session in sessions if session["intern_id"] == intern_id]
            with_project = [
                session
                for session in own
                if session["project_id"]
                and self.version_at("projects", self.as_of, project_id=session["project_id"])
            ]
            rows.append(
                {
                    "intern_id": intern_id,
                    "sessions": len(own),
                    "mentors": len({session["mentor_id"] for session in own}),
                    "sessions_with_project": len(with_project),
                    "last_session_at": max(session["occurred_at"] for session in own),
                }
            )
        return rows
