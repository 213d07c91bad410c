"""The marts against a second implementation, on worlds that nobody chose."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from assets_tests.dbt.compiled import judge_again
from assets_tests.dbt.harness import connect, failures, make_warehouse, replace, run_dbt
from assets_tests.internships.anonymity import anonymous, is_revealed, large_enough
from assets_tests.internships.oracle import Key, Row, World, expected_marts
from assets_tests.internships.world import WorldMaker
from pipelines.checks.internships import MODELS, RULES

GRAINS = {
    "internship_aggregates": ("internship_instance_id", "aggregation_window", "period_start"),
    "internship_aggregates_anonymous": ("subject_hash", "aggregation_window", "period_start"),
    "internship_kpi_progress": ("internship_instance_id", "metric"),
    "internship_risk_states": ("internship_instance_id", "metric", "period_start"),
    "internship_notifications": ("internship_instance_id", "metric", "period_start"),
    "student_progress_indicators": ("internship_instance_id",),
}


def published(connection: duckdb.DuckDBPyConnection, mart: str) -> dict[Key, Row]:
    """A mart's rows by grain."""
    rows = connection.sql(f"select * from internships.{mart}")
    found = (dict(zip(rows.columns, row, strict=True)) for row in rows.fetchall())
    return {tuple(row[column] for column in GRAINS[mart]): row for row in found}


# When each world is judged, by its seed.
DIALS = {
    # Havana's clocks show 00:30 of Sunday for the first time, the Azores' went back a week ago.
    1: datetime(2025, 11, 2, 4, 30, tzinfo=UTC),
    # Sunday begins in New York, and in Havana, where the clocks skip this very midnight.
    2: datetime(2026, 3, 8, 5, 0, tzinfo=UTC),
}


@pytest.fixture(scope="module")
def warehouses(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """A warehouse per world: dbt builds the first, and its statements the other."""
    built: dict[int, Path] = {}
    for seed, as_of in DIALS.items():
        path = tmp_path_factory.mktemp("internships") / "warehouse.duckdb"
        if not built:
            make_warehouse(path, world(seed), as_of=as_of)
            selected = ("--select", "+path:models/marts/internships")
            no_unit_tests = ("--exclude-resource-type", "unit_test")
            assert failures(run_dbt(path, "build", *selected, *no_unit_tests)) == []
        else:
            [first] = built.values()
            shutil.copytree(first.parent, path.parent, dirs_exist_ok=True)
            replace(path, world(seed))
            judge_again(path, 1, as_of)
        built[seed] = path
    return built


def world(seed: int) -> World:
    return WorldMaker(seed, DIALS[seed], internships=300).make()


@pytest.mark.slow
@pytest.mark.requirement(
    *("R000-01", "R000-11", "R000-12", "R000-20", "R000-21", "R000-22", "R000-23", "R000-29"),
    *("R000-31", "R000-34", "G000-14", "R000-36", "R000-38", "R000-39"),
)
@pytest.mark.parametrize("seed", DIALS)
def test_marts_equal_a_second_implementation(seed: int, warehouses: dict[int, Path]) -> None:
    expected = expected_marts(world(seed), DIALS[seed])
    aggregates = expected["internship_aggregates"]
    expected["internship_aggregates_anonymous"] = anonymous(aggregates)
    large = large_enough(aggregates)
    assert any(key[1] == "weekly" for key in aggregates.keys() - large), "no small week"
    assert any(is_revealed(key, large) for key in aggregates), "no day follows from a week"
    with connect(warehouses[seed]) as connection:
        for mart, rows in expected.items():
            found = published(connection, mart)
            assert rows, f"the worlds never reach {mart}"
            assert found.keys() == rows.keys(), mart
            [columns] = {frozenset(row) for row in rows.values()}
            assert columns | {*GRAINS[mart]} == {
                *connection.sql(f"from internships.{mart}").columns
            }
            differing = [
                (key, column, value, found[key][column])
                for key, row in rows.items()
                for column, value in row.items()
                if found[key][column] != value
            ]
            assert differing == [], mart
        broken = [rule.name for rule in RULES if connection.execute(rule.sql).fetchall()]
        assert broken == []
        for table, model in MODELS.items():
            model.validate(connection.sql(f"from {table}").pl())
