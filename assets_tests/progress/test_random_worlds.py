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

from assets_tests.dbt.compiled import judge_again
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
from pipelines.checks.progress import MODELS, RULES
from pipelines.checks.run import check_rule, check_values


def ids(document: str, *numbers: int | range) -> tuple[str, ...]:
    """Requirement ids of a document."""
    flat = [
        found for number in numbers for found in (number if isinstance(number, range) else [number])
    ]
    return tuple(f"{document}-{number:02}" for number in flat)


# What the comparison of each table shows.
SHOWN: dict[str, tuple[str, ...]] = {
    "step_progress": (
        *ids("R003", range(12, 30), range(83, 93), range(131, 135)),
        *ids("G003", range(1, 7), 9, 31, 33, 42, 43),
    ),
    "assignment_progress": (
        *ids("R003", range(30, 49), range(93, 111), 135, 138, 139, 164),
        *ids("G003", 7, 8, range(10, 21), 32),
    ),
    "sequence_progress": (*ids("R003", range(49, 60)), *ids("G003", 35, 36)),
    "student_progress_summary": (
        *ids("R003", range(67, 83), range(147, 156)),
        *ids("G003", range(21, 27), range(37, 41)),
    ),
    "class_progress": (*ids("R003", 163), *ids("G003", 44)),
    "class_summary": ids("G003", 44),
    "organization_progress": ids("R003", 167),
    "organization_progress_trend": ids("R003", 167),
    "content_effectiveness": ids("R003", 167),
    "concept_mastery": ids("G003", 34),
    "student_activity": ids("R003", 161),
    "student_risk_history": ids("R003", range(147, 152)),
    "interventions": ids("R003", range(156, 159)),
    "progress_snapshots": (
        *ids("R003", range(60, 67), range(121, 131), 136, 141),
        *ids("G003", range(27, 31)),
    ),
    "progress_events": (
        *ids("R003", range(111, 116), 137, range(169, 178), 181),
        *ids("G003", 29),
    ),
    "progress_inconsistencies": ids("R003", 142, 143, 146),
}

MARTS = "+path:models/marts/progress"
DRAWN = int(os.environ.get("CAIRN_PROGRESS_WORLDS", WORLDS))
DRAWN_FROM = int(os.environ.get("CAIRN_PROGRESS_SEED", SEED))

# What was known (n) and when it was judged. The worlds' own grids lie differently around AS_OF: some have a moment
# at it, some a microsecond before or after it, and each has some of its moments still to come.
DIALS = {
    "at a moment": (2, AS_OF),
    "before the second batch": (1, AS_OF + timedelta(days=4, hours=12)),
}

# What would stop the publication, among the tables.
FAILED = "failed checks"

Tables = dict[str, list[Row]]


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    return [random_world(DRAWN_FROM, number) for number in range(DRAWN)]


@pytest.fixture(scope="module")
def published(worlds: list[World], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tables]:
    """The marts at every dial: dbt makes the first of them, and its statements the others."""
    path = make_warehouse(tmp_path_factory.mktemp("progress") / "warehouse.duckdb")
    insert_world(path, together(worlds))
    published: dict[str, Tables] = {}
    for name, (n, as_of) in DIALS.items():
        if published:
            judge_again(path, n, as_of)
        else:
            build(path, n, as_of)
        published[name] = judged_tables(path)
    return published


def build(path: Path, n: int, as_of: datetime) -> None:
    """Let dbt make the marts at one dial; seeds are built with them, tests are not run."""
    turn_dials(path, n, as_of)
    passed_over = [
        option for kind in ("test", "unit_test") for option in ("--exclude-resource-type", kind)
    ]
    assert failures(run_dbt(path, "build", "--select", MARTS, *passed_over)) == []


def judged_tables(path: Path) -> Tables:
    """The marts as they stand, and which of their checks fail."""
    with connect(path) as connection:
        checks = [check_values(connection, table, model) for table, model in MODELS.items()]
        checks += [check_rule(connection, rule) for rule in RULES if rule.blocking]
        failed = [{"failed": check} for check in checks if not check.passed]
        return {table: read(connection, f"progress.{table}") for table in GRAINS} | {FAILED: failed}


@pytest.fixture(scope="module")
def judged(worlds: list[World]) -> dict[str, list[Judgement]]:
    """The worlds at every dial."""
    return {
        name: [Judgement(world, as_of, n) for world in worlds] for name, (n, as_of) in DIALS.items()
    }


def with_event(row: Row) -> Row:
    """An inconsistency with the landed event that its detail names."""
    return row | {"step_event_id": json.loads(row["detail"]).get("step_event_id")}


@pytest.mark.slow
@pytest.mark.parametrize(
    "table",
    [pytest.param(table, marks=pytest.mark.requirement(*shown)) for table, shown in SHOWN.items()],
)
@pytest.mark.parametrize("dials", DIALS)
def test_marts_say_what_the_documents_say(
    dials: str,
    table: str,
    published: dict[str, Tables],
    judged: dict[str, list[Judgement]],
) -> None:
    found = published[dials][table]
    if table == "progress_inconsistencies":
        found = [with_event(row) for row in found]
    expected = [row for judgement in judged[dials] for row in getattr(judgement, table)()]
    assert expected, f"no world reaches {table}"
    assert differences(table, found, expected) == []


@pytest.mark.slow
@pytest.mark.parametrize("dials", DIALS)
def test_nothing_that_may_land_stops_the_publication(
    dials: str, published: dict[str, Tables]
) -> None:
    assert published[dials][FAILED] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "key"),
    [("progress_events", "event_id"), ("progress_inconsistencies", "inconsistency_id")],
)
@pytest.mark.parametrize("dials", DIALS)
def test_ids_that_only_have_to_differ_do(
    dials: str, table: str, key: str, published: dict[str, Tables]
) -> None:
    found = [row[key] for row in published[dials][table]]
    assert len(found) == len(set(found)) > 0
    assert all(re.fullmatch("[0-9a-f]{64}", given) for given in found)
