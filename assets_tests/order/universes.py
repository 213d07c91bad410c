"""Small universes over the contracts of all five domains: independent worlds beside each other, in one ledger.

Belongs here: drawing rows by a seed, with the domains' own makers of worlds. No two rows of a universe conflict, and
every version says since when it holds: those are the two things that the order of deliveries may decide (contracts.md).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from assets_tests.internships.world import WorldMaker as InternshipMaker
from assets_tests.performance.world import WorldMaker as TaskMaker
from assets_tests.progress.tales import random_world as random_assignments
from assets_tests.records.registration_world import random_world as random_lectures
from assets_tests.skills.world import random_world as random_projects
from pipelines.contracts import CONTRACTS
from pipelines.contracts.model import Contract, Type

AS_OF = datetime(2026, 4, 1, tzinfo=UTC)
WORLDS = 2

Row = dict[str, Any]
Universe = dict[str, list[Row]]


def random_universe(seed: int) -> Universe:
    """Some worlds of each domain. Ids begin with the number of their world, and no world speaks of another's."""
    universe: Universe = {name: [] for name in CONTRACTS}
    known: set[tuple[object, ...]] = set()
    for number in range(WORLDS):
        for name, row in _rows(seed * WORLDS + number):
            contract = CONTRACTS[name]
            own = _within(contract, row, f"w{number}:")
            key = (name, *(own[column] for column in contract.key))
            if key not in known:
                known.add(key)
                universe[name].append(own)
    return universe


def world_of(value: str) -> str:
    """The number of the world that an id is of."""
    return value.partition(":")[0]


def moment_of(name: str, row: Row) -> datetime:
    """When an event happened, or a version begins."""
    moment = row["effective_at"] if "effective_at" in CONTRACTS[name].key else row["occurred_at"]
    assert isinstance(moment, datetime)
    return moment


def _rows(seed: int) -> Iterator[tuple[str, Row]]:
    tasks = TaskMaker(seed)
    users: list[str] = []
    for _ in range(3):
        users.append(tasks.new_id())
        tasks.draw_user(users)
    tasks.draw_diligent_user(10, 0.9)
    worlds: tuple[Mapping[str, list[Row]], ...] = (
        InternshipMaker(seed, AS_OF, internships=2).make(),
        tasks.world,
        random_projects(seed, projects=3),
        random_assignments(seed, 0),
        random_lectures(seed, lectures=2),
    )
    for world in worlds:
        for name, rows in world.items():
            yield from ((name, row) for row in rows)


def _within(contract: Contract, row: Row, prefix: str) -> Row:
    """The row of its world: every id in it begins with the world's number."""
    values = {column.name: row.get(column.name) for column in contract.columns}
    for column in contract.columns:
        if column.type is Type.ID and values[column.name] is not None:
            values[column.name] = f"{prefix}{values[column.name]}"
    if contract.name == "kpi_thresholds" and not any(
        values[scope] for scope in ("organization_id", "internship_instance_id")
    ):
        # One without a scope would be of every world.
        values["organization_id"] = f"{prefix}o1"
    if contract.name == "registration_policies" and values["config"]:
        values["config"] = json.dumps(_config_within(json.loads(values["config"]), prefix))
    return values


def _config_within(config: Any, prefix: str) -> Any:
    """A policy's configuration names lectures, as text or number, one or several."""
    if not isinstance(config, dict) or "lecture_id" not in config:
        return config

    def own(lecture: object) -> object:
        is_an_id = isinstance(lecture, str | int) and not isinstance(lecture, bool)
        return f"{prefix}{str(lecture).strip()}" if is_an_id and str(lecture).strip() else lecture

    named = config["lecture_id"]
    return config | {
        "lecture_id": [own(one) for one in named] if isinstance(named, list) else own(named)
    }
