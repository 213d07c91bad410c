"""Random small worlds of projects: few people and few moments, so that ties, returns and edges are common.

What belongs here: rows as the ledger would hold them after ingestion. What follows from them is the oracle's and
the marts' business.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from assets_tests.skills.oracle import Row, World

# Sundays 00:00 UTC, around which everything happens: at the moment, a microsecond before or after, or in the week.
SUNDAYS = [datetime(2026, 1, 4, tzinfo=UTC) + timedelta(weeks=week) for week in range(10)]
OFFSETS = [
    *(timedelta(microseconds=microseconds) for microseconds in (-1, 0, 0, 1)),
    timedelta(days=2, hours=9),
]
BATCHES = 3
IDEAS = '{"skill_ideas": ["sql", "leadership"]}'
USERS = ("ann", "ben", "cem", "dee", "9", "10")
SKILLS = ("sql", "r", "vision", "writing")


def a_moment(random: Random) -> datetime:
    """One of the few moments."""
    return random.choice(SUNDAYS) + random.choice(OFFSETS)


def random_world(seed: int, projects: int) -> World:
    """A world of as many projects, some of which never land, with their people, work and mentorship."""
    random = Random(seed)
    numbers = iter(range(1_000_000))
    project_ids = [f"p{number}" for number in range(projects)]
    world: World = {
        "users": [
            row
            for user_id in USERS[1:]
            for row in _versions(random, {"user_id": user_id}, lambda: _user(random))
        ],
        "skills": [
            row
            for skill_id in SKILLS
            for row in _versions(random, {"skill_id": skill_id}, lambda: _skill(random))
        ],
        "projects": [
            row
            for project_id in project_ids[1:]
            for row in _versions(
                random,
                {"project_id": project_id},
                lambda: {"organization_id": None, "name": "Project", "metadata": IDEAS},
            )
        ],
        "project_skills": [
            row
            for project_id in project_ids
            for skill_id in random.sample((*SKILLS, "unknown"), random.randint(0, 4))
            for row in _versions(random, {"project_id": project_id, "skill_id": skill_id}, dict)
        ],
        "project_events": [
            {
                "project_event_id": f"e{next(numbers)}",
                "project_id": project_id,
                "user_id": user_id,
                "event_type": random.choice(["joined", "joined", "completed"]),
                "occurred_at": a_moment(random),
            }
            for project_id in project_ids
            for user_id in random.choices(USERS, k=random.randint(0, 8))
        ],
        "progress_updates": [
            {
                "progress_update_id": f"u{next(numbers)}",
                "project_id": project_id,
                "user_id": user_id,
                "content": random.choice(["sql and r", "Merged."]),
                "occurred_at": a_moment(random),
            }
            for project_id in project_ids
            for user_id in random.choices(USERS, k=random.randint(0, 8))
        ],
        "mentorship_sessions": [
            {
                "mentorship_session_id": f"m{next(numbers)}",
                "intern_id": random.choice(USERS),
                "mentor_id": random.choice(USERS),
                "session_focus": random.choice([None, "sql and r"]),
                "project_id": random.choice([None, *project_ids]),
                "status": random.choice([None, "completed", "no_show"]),
                "occurred_at": a_moment(random),
            }
            for _ in range(projects)
        ],
    }
    for rows in world.values():
        for place, row in enumerate(rows):
            row |= {"_batch": random.randint(1, BATCHES), "_row": place}
    return world


def _user(random: Random) -> Row:
    return {
        "username": "User",
        "organization_id": random.choice([None, "harbor", "harbor", "fjord"]),
        "role": "student",
        "experience_level": 1,
    }


def _skill(random: Random) -> Row:
    return {
        "skill_name": random.choice(["Skill", "SQL", "R"]),
        "category": random.choice([None, "programming", "craft"]),
    }


def _versions(random: Random, key: Row, content: Callable[[], Row]) -> list[Row]:
    """An entity's life: mostly one early version, else several, with tombstones and returns."""
    if random.random() < 0.5:
        begins = {SUNDAYS[0] - timedelta(days=1)}
    else:
        begins = {a_moment(random) for _ in range(random.randint(1, 5))}
    rows = []
    for place, effective_at in enumerate(sorted(begins)):
        is_deleted = place > 0 and random.random() < 0.5
        row = content()
        values = dict.fromkeys(row) if is_deleted else row
        rows.append(key | values | {"effective_at": effective_at, "is_deleted": is_deleted})
    return rows
