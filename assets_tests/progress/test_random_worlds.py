"""The marts of progress against an independent, straightforward reading of the documents, over random worlds.

For a long run by hand: `CAIRN_PROGRESS_WORLDS=2000 CAIRN_PROGRESS_SEED=7 .venv/bin/python -m pytest` this file.
"""

from __future__ import annotations

import json
import os
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from assets_tests.dbt.harness import (
    connect,
    failures,
    insert_world,
    make_warehouse,
    read,
    run_dbt,
    turn_dials,
)
from assets_tests.progress.comparison import GRAINS, differences
from assets_tests.progress.oracle import Judgement
from assets_tests.progress.oracle_known import Row, World
from assets_tests.progress.tales import random_world, together
from assets_tests.progress.world import AS_OF, SEED, WORLDS

CURRENT = (
    *("step_progress", "assignment_progress", "sequence_progress", "student_progress_summary"),
    *("class_progress", "class_summary", "organization_progress", "organization_progress_trend"),
    *("content_effectiveness", "concept_mastery", "student_activity"),
)
HISTORY = ("student_risk_history", "interventions", "progress_snapshots", "progress_events")

MARTS = "+path:models/marts/progress"
DRAWN = int(os.environ.get("CAIRN_PROGRESS_WORLDS", WORLDS))
DRAWN_FROM = int(os.environ.get("CAIRN_PROGRESS_SEED", SEED))

# What was known (n) and when it was judged. The worlds' own grids lie differently around AS_OF: some have a moment
# at it, some a microsecond before or after it, and each has some of its moments still to come.
DIALS = {
    "at a moment": (2, AS_OF),
    "before the second batch": (1, AS_OF + timedelta(days=4, hours=12)),
}

Tables = dict[str, list[Row]]


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    return [random_world(DRAWN_FROM, number) for number in range(DRAWN)]


@pytest.fixture(scope="module")
def published(worlds: list[World], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tables]:
    """The marts at every dial."""
    path = make_warehouse(tmp_path_factory.mktemp("progress") / "warehouse.duckdb")
    insert_world(path, together(worlds))
    return {name: built(path, *dials) for name, dials in DIALS.items()}


def built(path: Path, n: int, as_of: datetime) -> Tables:
    """The marts at one dial; seeds are built with them, tests are not run."""
    turn_dials(path, n, as_of)
    passed_over = [
        option for kind in ("test", "unit_test") for option in ("--exclude-resource-type", kind)
    ]
    assert failures(run_dbt(path, "build", "--select", MARTS, *passed_over)) == []
    with connect(path) as connection:
        return {table: read(connection, f"progress.{table}") for table in GRAINS}


@pytest.fixture(scope="module")
def judged(worlds: list[World]) -> dict[str, list[Judgement]]:
    """The worlds at every dial."""
    return {
        name: [Judgement(world, as_of, n) for world in worlds] for name, (n, as_of) in DIALS.items()
    }


def check(table: str, found: list[Row], judgements: list[Judgement]) -> None:
    """A table is what the oracle says of all worlds."""
    expected = [row for judgement in judgements for row in getattr(judgement, table)()]
    assert expected, f"no world reaches {table}"
    assert differences(table, found, expected) == []


@pytest.mark.slow
@pytest.mark.requirement(
    *(f"R003-{number}" for number in (*range(12, 60), *range(67, 111), 163, 164, 167)),
    *(f"R003-{number}" for number in (131, 132, 133, 134, 135, 138, 139, *range(147, 156))),
    *(f"G003-{number:02}" for number in (*range(1, 26), *range(31, 45))),
)
@pytest.mark.parametrize("table", CURRENT)
@pytest.mark.parametrize("dials", DIALS)
def test_the_present_is_what_the_documents_say(
    dials: str,
    table: str,
    published: dict[str, Tables],
    judged: dict[str, list[Judgement]],
) -> None:
    check(table, published[dials][table], judged[dials])


@pytest.mark.slow
@pytest.mark.requirement(
    *(f"R003-{number}" for number in (*range(60, 67), *range(111, 116), *range(121, 131))),
    *("R003-136", "R003-137", "R003-141", *(f"R003-{number}" for number in range(156, 159))),
    *(f"R003-{number}" for number in range(169, 178)),
    *("R003-181", "G003-26", "G003-27", "G003-28", "G003-29", "G003-30"),
)
@pytest.mark.parametrize("table", HISTORY)
@pytest.mark.parametrize("dials", DIALS)
def test_the_past_is_what_was_so_then(
    dials: str,
    table: str,
    published: dict[str, Tables],
    judged: dict[str, list[Judgement]],
) -> None:
    check(table, published[dials][table], judged[dials])


@pytest.mark.slow
@pytest.mark.requirement("R003-142", "R003-143", "R003-146")
@pytest.mark.parametrize("dials", DIALS)
def test_impossible_states_are_reported_with_their_event(
    dials: str, published: dict[str, Tables], judged: dict[str, list[Judgement]]
) -> None:
    found = [
        row | {"step_event_id": json.loads(row["detail"]).get("step_event_id")}
        for row in published[dials]["progress_inconsistencies"]
    ]
    check("progress_inconsistencies", found, judged[dials])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "key"),
    [("progress_events", "event_id"), ("progress_inconsistencies", "inconsistency_id")],
)
@pytest.mark.parametrize("dials", DIALS)
def test_ids_that_only_have_to_differ_do(
    dials: str, table: str, key: str, published: dict[str, Tables]
) -> None:
    ids = [row[key] for row in published[dials][table]]
    assert len(ids) == len(set(ids)) > 0
    assert all(re.fullmatch("[0-9a-f]{64}", found) for found in ids)
