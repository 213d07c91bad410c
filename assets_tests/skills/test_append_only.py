"""Signals are append-only: whatever lands, in whatever order and whenever it is judged, no published one is lost.

The one exception is a deletion that lands late and reaches back to before the event; a warning names what it takes,
exactly. What is run here is the product's own SQL, of the models as dbt compiled them and of the check.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from assets_tests.dbt.compiled import make_live
from assets_tests.dbt.harness import connect, fill
from pipelines.checks.skills_deletions import LATE_DELETIONS

pytestmark = pytest.mark.slow

# The same examples in every run, in a few seconds.
SEEDED = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=100,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

DAYS = range(6)
BATCHES = range(1, 7)
PROJECTS = ("p", "q")
SKILLS = ("sql", "r")
USERS = ("ann", "ben")

World = dict[str, list[dict[str, Any]]]
Dials = tuple[int, datetime]
# user_id, skill_id, source_type, source_id, signal_type
Key = tuple[str, ...]


def day(number: int) -> datetime:
    return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=number)


@st.composite
def worlds(draw: st.DrawFn, *, deletions_are_late: bool) -> World:
    """Updates, members and completions in random batches, on projects whose skills come, go and come again.

    Events land any time from when they happen on. A version lands with the day from which it holds; where deletions
    are late, versions and events land in any batch.
    """
    world: World = {}

    def batch(number: int, latest: int) -> int:
        earliest = 1 if deletions_are_late else number + 1
        return draw(st.integers(min(earliest, latest), latest))

    entities = {
        "projects": [{"project_id": project} for project in PROJECTS],
        "skills": [{"skill_id": skill} for skill in SKILLS],
        "project_skills": [
            {"project_id": project, "skill_id": skill} for project in PROJECTS for skill in SKILLS
        ],
    }
    for contract, keys in entities.items():
        for key in keys:
            row = key | {"effective_at": day(0), "is_deleted": False, "_batch": 1}
            world.setdefault(contract, []).append(row)
            for number in draw(st.sets(st.sampled_from(DAYS[1:]), max_size=2)):
                change = {
                    "effective_at": day(number),
                    "is_deleted": draw(st.booleans()),
                    "_batch": batch(number, BATCHES[-1] if deletions_are_late else number + 1),
                }
                world[contract].append(key | change)
    for place in range(draw(st.integers(3, 10))):
        number = draw(st.sampled_from(DAYS))
        row = {
            "project_id": draw(st.sampled_from(PROJECTS)),
            "user_id": draw(st.sampled_from(USERS)),
            "occurred_at": day(number) + draw(st.sampled_from([timedelta(0), timedelta(hours=9)])),
            "_batch": batch(number, BATCHES[-1]),
        }
        event_type = draw(st.sampled_from(["joined", "completed", None]))
        if event_type:
            row |= {"project_event_id": f"e{place}", "event_type": event_type}
        else:
            row |= {"progress_update_id": f"u{place}", "content": "sql"}
        world.setdefault("project_events" if event_type else "progress_updates", []).append(row)
    for rows in world.values():
        for place, row in enumerate(rows):
            row["_row"] = place
    return world


@st.composite
def publications(draw: st.DrawFn) -> list[Dials]:
    """Runs one after the other: more of the ledger, a later as_of, or both."""
    runs = draw(st.integers(2, 4))
    positions = sorted(draw(st.sampled_from(BATCHES)) for _ in range(runs))
    days = sorted(draw(st.sampled_from(DAYS)) for _ in range(runs))
    return [(n, day(number + 1)) for n, number in zip(positions, days, strict=True)]


class Ledger:
    """The live models over one world: what they say at any dials."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    @contextmanager
    def holding(self, world: World) -> Iterator[None]:
        """The world's rows, for as long as the block lasts."""
        self.connection.begin()
        try:
            fill(self.connection, world)
            yield
        finally:
            self.connection.rollback()

    def turn(self, n: int, as_of: datetime) -> None:
        """Judge by these dials."""
        self.connection.execute("update ops.run set n = ?, as_of = ?", [n, as_of])

    def signals(self, dials: Dials) -> dict[Key, tuple[str, datetime]]:
        """The published signals, each with its id and moment."""
        self.turn(*dials)
        rows = self.connection.execute(
            "select user_id, skill_id, source_type, source_id, signal_type, signal_id, created_at"
            " from skills.user_skill_signals"
        ).fetchall()
        return {row[:5]: row[5:] for row in rows}

    def taken_back(self, dials: Dials) -> set[Key]:
        """The signals that the warning names."""
        self.turn(*dials)
        return {row[:5] for row in self.connection.execute(LATE_DELETIONS.sql).fetchall()}


@pytest.fixture(scope="module")
def live(
    example_warehouse: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The models over an empty ledger."""
    path = tmp_path_factory.mktemp("live") / example_warehouse.name
    shutil.copy(example_warehouse, path)
    with connect(path) as connection:
        make_live(connection, example_warehouse.parent / "target")
        for contract in (
            "projects",
            "skills",
            "project_skills",
            "project_events",
            "progress_updates",
        ):
            connection.execute(f"delete from raw.{contract}")
        yield connection


@pytest.fixture
def ledger(live: duckdb.DuckDBPyConnection) -> Ledger:
    return Ledger(live)


@pytest.mark.requirement(
    *("R002-04", "R002-09", "R002-68", "R002-76", "R002-78", "G002-03", "G002-11", "G002-13")
)
@SEEDED
@given(world=worlds(deletions_are_late=False), runs=publications())
def test_what_was_published_is_contained_in_all_that_follows(
    ledger: Ledger, world: World, runs: list[Dials]
) -> None:
    with ledger.holding(world):
        published = [ledger.signals(dials) for dials in runs]
        for earlier, later in combinations(published, 2):
            assert earlier.keys() <= later.keys()
        for (before, earlier), (after, later) in pairwise(zip(runs, published, strict=True)):
            if before[0] == after[0]:
                # Time alone changes nothing of a signal, not even its moment.
                assert earlier.items() <= later.items()
        assert ledger.taken_back(runs[-1]) == set()
    event(f"published {'signals' if published[-1] else 'nothing'}")
    event(f"signals were {'added' if len(published[0]) < len(published[-1]) else 'as before'}")


@pytest.mark.requirement("R002-68", "R002-78", "G002-11", "G002-13")
@SEEDED
@given(world=worlds(deletions_are_late=True), runs=publications())
def test_only_late_deletions_take_signals_back_and_the_warning_names_exactly_those(
    ledger: Ledger, world: World, runs: list[Dials]
) -> None:
    with ledger.holding(world):
        published = [ledger.signals(dials) for dials in runs]
        n, as_of = runs[-1]
        would_have_been = {key for m in range(1, n) for key in ledger.signals((m, as_of))}
        taken_back = ledger.taken_back((n, as_of))
        assert taken_back == would_have_been - published[-1].keys()
        for earlier in published:
            assert earlier.keys() <= published[-1].keys() | taken_back
    event(f"taken back: {'some' if taken_back else 'none'}")


def test_the_warning_names_the_row_and_no_other(ledger: Ledger) -> None:
    """Batch 2 deletes the declaration from day 3 on; that it did so on day 1, too, until day 2, took nothing.

    Ben completed on day 4, but that he had joined only landed with the deletion: there never was a signal of it.
    """
    entities = {"projects": {"project_id": "p"}, "skills": {"skill_id": "sql"}}
    world: World = {
        contract: [key | {"effective_at": day(0), "is_deleted": False, "_batch": 1, "_row": 0}]
        for contract, key in entities.items()
    }
    world["project_skills"] = [
        {
            "project_id": "p",
            "skill_id": "sql",
            "effective_at": day(number),
            "is_deleted": is_deleted,
        }
        | {"_batch": batch, "_row": number}
        for number, is_deleted, batch in [(0, False, 1), (1, True, 2), (2, False, 2), (3, True, 2)]
    ]
    world["progress_updates"] = [
        {
            "progress_update_id": f"u{number}",
            "project_id": "p",
            "user_id": "ann",
            "content": "Merged.",
        }
        | {"occurred_at": day(number), "_batch": 1, "_row": number}
        for number in (0, 2, 4)
    ]
    world["project_events"] = [
        {
            "project_event_id": event_type,
            "project_id": "p",
            "user_id": "ben",
            "event_type": event_type,
        }
        | {"occurred_at": day(number), "_batch": batch, "_row": batch}
        for event_type, number, batch in [("completed", 4, 1), ("joined", 0, 2)]
    ]
    with ledger.holding(world):
        ledger.turn(2, day(9))
        assert ledger.connection.execute(LATE_DELETIONS.sql).fetchall() == [
            ("ann", "sql", "update", "u4", "update", "project_skills", "p", day(3), 2)
        ]
