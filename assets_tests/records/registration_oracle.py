"""Registration judged the slow and obvious way, from the documents and not from the SQL.

What belongs here: preflights, decisions and rosters, each judged in the world as it was at its own moment. What was
certified is `decisions_oracle.py`'s business.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from assets_tests.records.decisions_oracle import Decisions
from assets_tests.records.oracle import Row

WORST_FIRST = ("failed", "missing", "pending", "passed")
TIMESTAMP = re.compile(
    r"\d{4}-\d\d-\d\d([T ]([01]\d|2[0-3]):\d\d(:\d\d([.]\d{1,6})?)?(Z|[+-]([01]\d|2[0-3]):?[0-5]\d)?)?",
    re.ASCII,
)


class ConfigurationError(Exception):
    """A policy that cannot be judged."""


def lecture_ids(policy: Row) -> list[str]:
    """The lectures that a policy names."""
    named = json.loads(policy["config"] or "{}").get("lecture_id")
    ids = named if isinstance(named, list) else [named]
    if not ids or not all(
        isinstance(id_, str | int | float) and not isinstance(id_, bool) for id_ in ids
    ):
        raise ConfigurationError
    if not all(str(id_).strip() for id_ in ids):
        raise ConfigurationError
    return [str(id_).strip() for id_ in ids]


def deadline(policy: Row) -> datetime:
    """The moment up to which a policy lets anybody in."""
    until = json.loads(policy["config"] or "{}").get("until")
    if not isinstance(until, str) or not TIMESTAMP.fullmatch(until.strip()):
        raise ConfigurationError
    try:
        moment = datetime.fromisoformat(until.strip())
    except ValueError:
        raise ConfigurationError from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def domains(policy: Row) -> list[str]:
    """The domains that an address may belong to."""
    named = json.loads(policy["config"] or "{}").get("domains")
    if not isinstance(named, list) or not all(isinstance(domain, str) for domain in named):
        raise ConfigurationError
    return named


def in_order(events: Iterable[Row]) -> list[Row]:
    """Events by moment; ties: the larger key is later."""
    return sorted(
        events, key=lambda event: (event["occurred_at"], event["registration_event_id"].encode())
    )


@dataclass
class Registration:
    """What was decided about registrations up to `decisions.as_of`."""

    decisions: Decisions

    def events(self, *types: str) -> Iterator[Row]:
        """The events of these types, in order, whose campaign and its lecture were in force when they happened."""
        for event in in_order(self.decisions.known("registration_events", "occurred_at")):
            then = self.decisions.at(event["occurred_at"])
            campaign = then.in_force("campaigns", "campaign_id").get((event["campaign_id"],))
            if (
                event["event_type"] in types
                and campaign
                and then.is_lecture(campaign["lecture_id"])
            ):
                yield event

    def policies(self, event: Row, phase: str) -> list[Row]:
        """The policies that judge an event, in order."""
        policies = self.decisions.at(event["occurred_at"]).in_force(
            "registration_policies", "policy_id"
        )
        found = [
            policy
            for policy in policies.values()
            if policy["campaign_id"] == event["campaign_id"]
            and policy["active"]
            and policy["phase"] in (phase, "both")
        ]
        return sorted(found, key=lambda policy: (policy["position"], policy["policy_id"].encode()))

    def status(self, policy: Row, user_id: str, moment: datetime) -> str:
        """The worst that a policy's lectures say of somebody; an unknown lecture is a configuration error."""
        then = self.decisions.at(moment)
        standing = then.standing("certifications", "certification_id", "lecture_id", "user_id")
        found = []
        for lecture_id in self.lectures(policy, moment):
            certification = standing.get((lecture_id, user_id))
            found.append(certification["status"] if certification else "missing")
        return min(found, key=WORST_FIRST.index)

    def lectures(self, policy: Row, moment: datetime) -> list[str]:
        """The policy's lectures, all of them in force."""
        ids = lecture_ids(policy)
        if not all(self.decisions.at(moment).is_lecture(lecture_id) for lecture_id in ids):
            raise ConfigurationError
        return ids

    def members(self, policy: Row, moment: datetime) -> set[str]:
        """Who is in any of the policy's lectures."""
        ids = self.lectures(policy, moment)
        members = self.decisions.at(moment).in_force("lecture_members", "lecture_id", "user_id")
        return {user_id for lecture_id, user_id in members if lecture_id in ids}

    def confirmed(self, campaign_id: str, moment: datetime) -> set[str]:
        """Whose confirmation no later withdrawal followed."""
        known = self.decisions.at(moment).known("registration_events", "occurred_at")
        confirmed: set[str] = set()
        for event in in_order(event for event in known if event["campaign_id"] == campaign_id):
            if event["event_type"] == "confirmed":
                confirmed.add(event["user_id"])
            if event["event_type"] == "withdrawn":
                confirmed.discard(event["user_id"])
        return confirmed

    def refusal(self, policy: Row, event: Row) -> str | None:
        """Why a policy refuses a registration; None when it does not."""
        kind, moment, user_id = policy["kind"], event["occurred_at"], event["user_id"]
        try:
            if kind == "student_performance":
                passed = self.status(policy, user_id, moment) == "passed"
                return None if passed else "certification_not_passed"
            if kind == "course_prerequisite":
                passed = self.status(policy, user_id, moment) == "passed"
                return None if passed else "course_prerequisite_not_met"
            if kind == "deadline":
                return None if moment <= deadline(policy) else "deadline_passed"
            if kind == "institutional_email":
                is_within = self.is_within(domains(policy), user_id, moment)
                return None if is_within else "institutional_email_mismatch"
        except ConfigurationError:
            return "configuration_error"
        return "unknown_kind"

    def is_within(self, allowed: list[str], user_id: str, moment: datetime) -> bool:
        """Whether the address that somebody had then belongs to a domain, or to a subdomain of one."""
        user = self.decisions.at(moment).in_force("users", "user_id").get((user_id,))
        address = (user or {}).get("email") or ""
        _, at, domain = address.lower().rpartition("@")
        return bool(at) and any(
            domain == other.lower() or domain.endswith("." + other.lower()) for other in allowed
        )

    def registration_decisions(self) -> list[Row]:
        """`records.registration_decisions`."""
        rows = []
        for event in self.events("registered"):
            evaluated, status, failed, code = 0, None, None, None
            for policy in self.policies(event, "registration"):
                evaluated += 1
                code = self.refusal(policy, event)
                is_readable = code != "configuration_error"
                if policy["kind"] == "student_performance" and is_readable:
                    status = self.status(policy, event["user_id"], event["occurred_at"])
                if code:
                    failed = policy["policy_id"]
                    break
            sentence = "Lecture performance certification not passed"
            rows.append(
                {
                    "registration_event_id": event["registration_event_id"],
                    "campaign_id": event["campaign_id"],
                    "user_id": event["user_id"],
                    "allowed": code is None,
                    "failed_policy_id": failed,
                    "code": code or ("certification_passed" if status else None),
                    "message": sentence if code == "certification_not_passed" else None,
                    "certification_status": status,
                    "policies_evaluated": evaluated,
                }
            )
        return rows

    def found(self, event: Row) -> tuple[dict[str, set[str]], bool]:
        """What the student-performance policies find: per user all statuses; and whether one cannot be judged."""
        phase = "finalization" if event["event_type"] == "finalized" else "registration"
        moment = event["occurred_at"]
        found: dict[str, set[str]] = {}
        is_misconfigured = False
        for policy in self.policies(event, phase):
            if policy["kind"] != "student_performance":
                continue
            try:
                users = self.members(policy, moment)
            except ConfigurationError:
                is_misconfigured = True
                continue
            if phase == "finalization":
                users = self.confirmed(event["campaign_id"], moment)
            for user_id in users:
                found.setdefault(user_id, set()).add(self.status(policy, user_id, moment))
        return found, is_misconfigured

    def registration_preflight(self) -> list[Row]:
        """`records.registration_preflight`."""
        rows = []
        for event in self.events("saved", "opened", "finalized"):
            found, is_misconfigured = self.found(event)
            missing = {user for user, statuses in found.items() if "missing" in statuses}
            pending = {user for user, statuses in found.items() if "pending" in statuses} - missing
            is_saved = event["event_type"] == "saved"
            unresolved = missing if is_saved else missing | pending
            is_in_order = not unresolved and not is_misconfigured
            outcome = "ok" if is_in_order else "warning" if is_saved else "blocked"
            has_message = outcome == "blocked" and unresolved
            rows.append(
                {
                    "registration_event_id": event["registration_event_id"],
                    "campaign_id": event["campaign_id"],
                    "phase": "finalization"
                    if event["event_type"] == "finalized"
                    else "registration",
                    "event_type": event["event_type"],
                    "outcome": outcome,
                    "missing": len(missing),
                    "pending": len(pending),
                    "unresolved_user_ids": sorted(unresolved, key=str.encode),
                    "message": f"resolve {len(unresolved)} certifications" if has_message else None,
                }
            )
        return rows

    def exam_rosters(self) -> list[Row]:
        """`records.exam_rosters`."""
        outcomes = {
            row["registration_event_id"]: row["outcome"] for row in self.registration_preflight()
        }
        rows: list[Row] = []
        drawn_up = set()
        for event in self.events("finalized"):
            campaign_id = event["campaign_id"]
            if outcomes[event["registration_event_id"]] == "blocked" or campaign_id in drawn_up:
                continue
            drawn_up.add(campaign_id)
            found, _ = self.found(event)
            for user_id in self.confirmed(campaign_id, event["occurred_at"]):
                has_failed = "failed" in found.get(user_id, set())
                rows.append(
                    {
                        "campaign_id": campaign_id,
                        "user_id": user_id,
                        "status": "rejected" if has_failed else "on_roster",
                        "reason": "certification_not_passed" if has_failed else None,
                        "finalized_at": event["occurred_at"],
                    }
                )
        return rows
