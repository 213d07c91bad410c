"""Random small worlds of exam registration on top of random lectures, dense in the moments where rules meet.

What belongs here: users with addresses, campaigns, policies and registration events, as the ledger would hold them.
Configurations are drawn sound and broken, because what they hold is nobody's contract.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from assets_tests.records.oracle import Row, World
from assets_tests.records.world import MOMENTS, USERS, LectureMaker

SEED, LECTURES = 20260401, 400
KINDS = (
    *(["student_performance"] * 6),
    *(["course_prerequisite", "deadline", "institutional_email"] * 2),
    "custom_script",
)
ADDRESSES = (
    *("ann@kiln.example", "BEN@Lab.KILN.example", "cem@notkiln.example", "dee@kiln.example.org"),
    *("eve@home@kiln.example", "kiln.example", "@", None),
)
DOMAINS: tuple[Any, ...] = (
    *(["Kiln.Example"], ["elsewhere.example", "kiln.example"], ["org"], []),
    *("kiln.example", ["kiln.example", 7], None),
)
DEADLINES: tuple[Any, ...] = (
    *(MOMENTS[3].isoformat(), MOMENTS[5].strftime("%Y-%m-%d %H:%MZ"), "2026-02-05"),
    *(" 2026-02-12T13:30+0130 ", "2026-02-30", "2026-02-19T25:00Z", "soon", 20260205, None),
)
BESIDE = (timedelta(0), timedelta(0), timedelta(microseconds=1), -timedelta(microseconds=1))
EVENTS = (
    *("saved", "opened", "finalized"),
    *(["registered"] * 5),
    *(["confirmed"] * 4),
    "withdrawn",
)


class WorldMaker(LectureMaker):
    """Draws lectures and, over them, campaigns."""

    def draw_users(self) -> None:
        """Users whose addresses change; one never landed."""
        for user_id in USERS[:-1]:
            self.versions(
                "users",
                {"user_id": user_id},
                lambda: {
                    "username": "somebody",
                    "email": self.random.choice(ADDRESSES),
                    "organization_id": None,
                    "role": "student",
                    "experience_level": 1,
                },
            )

    def draw_campaign(self, lectures: list[str]) -> None:
        """A campaign of the last lecture, its policies and what happened in it."""
        campaign_id = self.new_id()
        if self.random.random() < 0.95:
            self.versions(
                "campaigns",
                {"campaign_id": campaign_id},
                lambda: {"lecture_id": lectures[-1], "title": "Final"},
                steady=0.8,
            )
        if self.random.random() < 0.5:
            self.versions(
                "registration_policies",
                {"policy_id": self.new_id()},
                lambda: self.plain_policy(campaign_id, lectures[-1]),
                steady=0.9,
            )
        for _ in range(self.random.choice([0, 1, 1, 2, 2, 3])):
            self.versions(
                "registration_policies",
                {"policy_id": self.new_id()},
                lambda: self.policy(campaign_id, lectures),
                steady=0.7,
            )
        for _ in range(self.random.randint(5, 25)):
            event_type = self.random.choice(EVENTS)
            is_about_a_user = event_type in ("registered", "confirmed", "withdrawn")
            row = {
                "registration_event_id": self.new_id(),
                "campaign_id": campaign_id,
                "event_type": event_type,
                "user_id": self.random.choice(USERS) if is_about_a_user else None,
                "occurred_at": self.random.choice(MOMENTS) + self.random.choice(BESIDE),
            }
            self.add("registration_events", row)

    def plain_policy(self, campaign_id: str, lecture_id: str) -> Row:
        """The document's own policy: the campaign's lecture, in both phases, before all others."""
        return {
            "campaign_id": campaign_id,
            "kind": "student_performance",
            "phase": "both",
            "active": True,
            "position": 1,
            "config": json.dumps({"lecture_id": lecture_id}),
        }

    def policy(self, campaign_id: str, lectures: list[str]) -> Row:
        """A version of a policy; its kind and everything else may change with it."""
        kind = self.random.choice(KINDS)
        config = {
            "deadline": lambda: {"until": self.random.choice(DEADLINES)},
            "institutional_email": lambda: {"domains": self.random.choice(DOMAINS)},
        }.get(kind, lambda: {"lecture_id": self.lecture_of_policy(lectures)})()
        return {
            "campaign_id": campaign_id,
            "kind": kind,
            "phase": self.random.choice(["registration", "finalization", "both", "both"]),
            "active": self.random.random() < 0.85,
            "position": self.random.randint(1, 2),
            "config": None if self.random.random() < 0.05 else json.dumps(config),
        }

    def lecture_of_policy(self, lectures: list[str]) -> Any:
        """What a policy names: mostly its own lecture, as text or number; or several, or nothing that can be read."""
        own, other = lectures[-1], self.random.choice(lectures)
        odd = [
            [own, int(other)],
            [own, "never landed"],
            "never landed",
            [],
            [own, None],
            True,
            " ",
            None,
        ]
        sound = [own, f" {own} ", int(own), [own], [own, other]]
        return self.random.choice(sound if self.random.random() < 0.85 else odd)


def random_world(seed: int, lectures: int) -> World:
    """A world of as many lectures, with a campaign or two for most."""
    maker = WorldMaker(seed)
    maker.draw_users()
    drawn: list[str] = []
    for _ in range(lectures):
        drawn.append(maker.new_id())
        maker.draw_lecture(drawn)
        for _ in range(maker.random.choice([0, 1, 1, 2])):
            maker.draw_campaign(drawn)
    return maker.world
