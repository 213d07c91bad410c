"""The marts against a second implementation, on worlds that nobody chose."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from assets_tests.dbt.harness import connect, failures, insert, make_warehouse, run_dbt
from assets_tests.internships.anonymity import anonymous, is_revealed, large_enough
from assets_tests.internships.oracle import Key, Row, expected_marts
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


@pytest.mark.slow
@pytest.mark.requirement(
    "R000-01",
    "R000-11",
    "R000-12",
    "R000-20",
    "R000-21",
    "R000-22",
    "R000-23",
    "R000-29",
    "R000-31",
    "R000-34",
    "G000-14",
    "R000-36",
    "R000-38",
    "R000-39",
)
@pytest.mark.parametrize(
    ("seed", "as_of"),
    [
        # Havana's clocks show 00:30 of Sunday for the first time, the Azores' went back a week ago.
        (1, datetime(2025, 11, 2, 4, 30, tzinfo=UTC)),
        # Sunday begins in New York, and in Havana, where the clocks skip this very midnight.
        (2, datetime(2026, 3, 8, 5, 0, tzinfo=UTC)),
    ],
)
def test_marts_equal_a_second_implementation(seed: int, as_of: datetime, tmp_path: Path) -> None:
    world = WorldMaker(seed, as_of, internships=300).make()
    warehouse = make_warehouse(tmp_path / "warehouse.duckdb", as_of=as_of)
    insert(warehouse, world)
    result = run_dbt(
        warehouse, "build", "--select", "+path:models/marts/internships",
        "--exclude-resource-type", "unit_test",
    )  # fmt: skip
    assert failures(result) == []

    expected = expected_marts(world, as_of)
    aggregates = expected["internship_aggregates"]
    expected["internship_aggregates_anonymous"] = anonymous(aggregates)
    large = large_enough(aggregates)
    assert any(key[1] == "weekly" for key in aggregates.keys() - large), "no small week"
    assert any(is_revealed(key, large) for key in aggregates), "no day follows from a week"
    with connect(warehouse) as connection:
        for mart, rows in expected.items():
            found = published(connection, mart)
            assert rows, f"the worlds never reach {mart}"
            assert found.keys() == rows.keys(), mart
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
