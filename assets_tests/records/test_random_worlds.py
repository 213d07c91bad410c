"""The marts of records against an independent, straightforward reading of the documents, over random worlds."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

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
from assets_tests.records.oracle import Judgement, World
from assets_tests.records.world import MOMENTS, random_world

LECTURES = 150
MARTS = "+path:models/marts/records"

# What was known (n) and when it was judged: before anything, in the middle at the very moment of many rows and a
# microsecond before it, and after everything.
DIALS = {
    "before anything": (2, MOMENTS[0] - timedelta(days=1)),
    "at a moment": (2, MOMENTS[4]),
    "just before a moment": (2, MOMENTS[4] - timedelta(microseconds=1)),
    "before the second batch": (1, MOMENTS[-1]),
    "after everything": (2, MOMENTS[-1] + timedelta(days=30)),
}


@pytest.fixture(scope="module")
def world() -> World:
    return random_world(seed=20260401, lectures=LECTURES)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory, world: World) -> Path:
    path = make_warehouse(tmp_path_factory.mktemp("records") / "warehouse.duckdb")
    insert_world(path, world)
    return path


@pytest.mark.slow
@pytest.mark.requirement(
    *("R004-19", "R004-20", "R004-21", "R004-22", "R004-23", "R004-24", "R004-25", "R004-26"),
    *("R004-28", "R004-30", "R004-31", "R004-52", "R004-53", "R004-54", "R004-55", "R004-65"),
    *("R004-75", "R004-76", "R004-77", "R004-80", "R004-81", "R004-83", "R004-84", "R004-86"),
    *("G004-04", "G004-05", "G004-14", "G004-15", "G004-16", "G004-17", "G004-18"),
    *("G004-22", "G004-24", "G004-34"),
)
@pytest.mark.parametrize("dials", DIALS)
def test_marts_say_what_the_documents_say(dials: str, warehouse: Path, world: World) -> None:
    n, as_of = DIALS[dials]
    turn_dials(warehouse, n, as_of)
    assert failures(run_dbt(warehouse, "run", "--select", MARTS)) == []
    judgement = Judgement(world, as_of, n)
    progress = [
        {name: value for name, value in row.items() if name != "title"}
        for row in judgement.achievement_progress()
    ]
    still_required = {
        row["achievement_id"]
        for row, is_still_required in judgement.achievements()
        if is_still_required
    }
    with connect(warehouse) as connection:
        assert comparable(read(connection, "records.achievement_progress")) == comparable(progress)
        assert comparable(read(connection, "records.performance_records")) == comparable(
            judgement.performance_records()
        )
        assert comparable(read(connection, "records.student_standing")) == comparable(
            judgement.student_standing()
        )
        found = connection.sql(
            "select achievement_id from intermediate.int_achievements_in_force where is_still_required"
        ).fetchall()
    assert {achievement_id for (achievement_id,) in found} == still_required


def test_the_world_holds_every_case(world: World) -> None:
    """A property over a world in which nothing happens would hold without meaning anything."""
    judgement = Judgement(world, MOMENTS[-1], 2)
    records = judgement.performance_records()
    progress = judgement.achievement_progress()
    assert len(records) > 2 * LECTURES // 3
    assert any(record["points_max_materialized"] == 0 for record in records)
    assert any((record["percentage_materialized"] or 0) > 100 for record in records)
    assert any(record["points_max_pending"] for record in records)
    assert any(len(record["achievements_met_ids"]) > 1 for record in records)
    assert any(is_still_required for _, is_still_required in judgement.achievements())
    assert {(row["value_type"], row["met"]) for row in progress} == {
        (value_type, met)
        for value_type in ("boolean", "numeric", "percentage")
        for met in (True, False)
    }
    assert {row["certification_status"] for row in judgement.student_standing()} == {
        *("pending", "passed", "failed"),
        None,
    }
    ties = Counter(
        (row["assessment_id"], row["user_id"], row["occurred_at"])
        for row in world["participations"]
    )
    assert max(ties.values()) > 1
