"""The marts of skills against an independent, straightforward reading of the documents, over random worlds."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from assets_tests.dbt.compiled import make_live
from assets_tests.dbt.harness import (
    comparable,
    connect,
    failures,
    insert_world,
    make_warehouse,
    read,
    run_dbt,
    turn_dials,
)
from assets_tests.skills.oracle import Judgement, World
from assets_tests.skills.world import BATCHES, SUNDAYS, random_world
from pipelines.checks.run import check_rule, check_values
from pipelines.checks.skills import MODELS, RULES

PROJECTS = 90
END = (BATCHES, SUNDAYS[-1] + timedelta(days=10))

# What was known (n) and when it was judged: before anything, in the middle at the very moment of many rows, a
# microsecond to either side and within a week, with fewer batches, and after everything.
DIALS = {
    "before anything": (BATCHES, SUNDAYS[0] - timedelta(days=2)),
    "at a moment": (BATCHES, SUNDAYS[5]),
    "just before a moment": (BATCHES, SUNDAYS[5] - timedelta(microseconds=1)),
    "just after a moment": (BATCHES, SUNDAYS[5] + timedelta(microseconds=1)),
    "within a week": (BATCHES, SUNDAYS[7] + timedelta(days=3)),
    "before the second batch": (1, END[1]),
    "before the third batch": (2, SUNDAYS[8]),
    "after everything": END,
}


@pytest.fixture(scope="module")
def world() -> World:
    return random_world(seed=20260401, projects=PROJECTS)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, world: World) -> Path:
    """The world after everything, built by dbt."""
    path = make_warehouse(
        tmp_path_factory.mktemp("skills") / "warehouse.duckdb", n=END[0], as_of=END[1]
    )
    insert_world(path, world)
    result = run_dbt(
        path, "build", "--select", "+path:models/marts/skills", "--exclude-resource-type", "unit_test"
    )  # fmt: skip
    assert failures(result) == []
    return path


@pytest.fixture(scope="module")
def live(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same world, to judge by any dials: its tables are views of the SQL that dbt compiled."""
    path = Path(shutil.copy(built, tmp_path_factory.mktemp("live") / built.name))
    with connect(path) as connection:
        make_live(connection, built.parent / "target")
    return path


def differing(path: Path, judgement: Judgement) -> list[str]:
    """The marts that do not say what the documents say, row for row and value for value."""
    with connect(path) as connection:
        return [
            table
            for table in MODELS
            if comparable(read(connection, table))
            != comparable(getattr(judgement, table.split(".")[1])())
        ]


@pytest.mark.slow
@pytest.mark.requirement("R002-09", "R002-14", "R002-68")
def test_marts_as_dbt_builds_them_say_what_the_documents_say(built: Path, world: World) -> None:
    assert differing(built, Judgement(world, END[1], END[0])) == []


@pytest.mark.slow
@pytest.mark.requirement(
    *("R002-04", "R002-15", "R002-16", "R002-17", "R002-18", "R002-19", "R002-20", "R002-21"),
    *("R002-22", "R002-40", "R002-41", "R002-47", "R002-48", "R002-51", "R002-52", "R002-53"),
    *("R002-70", "R002-71", "R002-88", "R002-89"),
    *("G002-01", "G002-02", "G002-03", "G002-04", "G002-08", "G002-09", "G002-10", "G002-11"),
    *("G002-12", "G002-13", "G002-14", "G002-16"),
)
@pytest.mark.parametrize("dials", DIALS)
def test_marts_say_what_the_documents_say(dials: str, live: Path, world: World) -> None:
    n, as_of = DIALS[dials]
    turn_dials(live, n, as_of)
    assert differing(live, Judgement(world, as_of, n)) == []
    with connect(live) as connection:
        checks = [check_values(connection, table, model) for table, model in MODELS.items()]
        checks += [check_rule(connection, rule) for rule in RULES if rule.blocking]
    assert [check for check in checks if not check.passed] == []


def test_the_world_holds_every_case(world: World) -> None:
    """A property over a world in which nothing happens would hold without meaning anything."""
    judgement = Judgement(world, END[1], END[0])
    signals = judgement.signals
    assert len(signals) > 500
    assert {(key.source_type, key.signal_type) for key in signals} == {
        *(("project", "joined"), ("project", "completed"), ("update", "update"))
    }
    updates = {key.source_id for key in signals if key.source_type == "update"}
    assert len(updates) < len(judgement.known("progress_updates")), "no update without skills"
    completed = [row for row in world["project_events"] if row["event_type"] == "completed"]
    members = {(key.user_id, key.source_id) for key in signals if key.signal_type == "completed"}
    assert any((row["user_id"], row["project_id"]) not in members for row in completed)
    sources = Counter((row["user_id"], row["project_id"]) for row in world["project_events"])
    assert max(sources.values()) > 2, "nobody joins again"
    deleted = {row["skill_id"] for row in world["skills"] if row["is_deleted"]}
    assert deleted & {key.skill_id for key in signals}
    lost = Judgement(world, END[1], 2).signals.keys() - signals.keys()
    assert lost, "no deletion reaches back"
    activity = judgement.skill_activity()
    assert any(len(row["recent"]) == 20 for row in activity)
    at_every_dial = [Judgement(world, as_of, n).skill_activity() for n, as_of in DIALS.values()]
    assert {row["direction"] for rows in at_every_dial for row in rows} == {"up", "down", "flat"}
    ties = Counter(
        (row["user_id"], signal["created_at"]) for row in activity for signal in row["recent"]
    )
    assert max(ties.values()) > 1
    by_organization = judgement.skill_distribution_by_organization()
    assert {row["organization_id"] for row in by_organization} == {"harbor", "fjord"}
    assert any(judgement.organization_of(key.user_id) is None for key in signals)
    mentorship = judgement.mentorship_summary()
    assert any(0 < row["sessions_with_project"] < row["sessions"] for row in mentorship)
    assert any(row["mentors"] > 1 for row in mentorship)
