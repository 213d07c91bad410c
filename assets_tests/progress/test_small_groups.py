"""Nobody can tell a student by a group: the role `ai` gets none of fewer than five, and none that leaves one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from assets_tests.progress.published_tables import warehouse
from pipelines.dbt import manifest
from pipelines.marts import Mart, read_marts

# What `organization_progress_trend` says: organization, kind of period, first day, active students.
TREND = """
busy           week    2026-03-01 5
busy           week    2026-03-08 6
busy           month   2026-03-01 7
busy           quarter 2026-01-01 7
one_thin_week  week    2026-03-01 4
one_thin_week  week    2026-03-08 6
one_thin_week  month   2026-03-01 7
one_thin_week  quarter 2026-01-01 7
one_thin_month week    2026-02-01 4
one_thin_month month   2026-02-01 4
one_thin_month month   2026-03-01 7
one_thin_month quarter 2026-01-01 7
thin           week    2026-02-01 4
thin           month   2026-02-01 4
thin           quarter 2026-01-01 4
"""


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return warehouse(tmp_path_factory.mktemp("school") / "warehouse.duckdb")


@pytest.fixture
def version(school: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(school)) as connection:
        connection.begin()
        yield connection
        connection.rollback()


@pytest.fixture(scope="module")
def marts() -> dict[str, Mart]:
    return {mart.name: mart for mart in read_marts(manifest()) if mart.domain == "progress"}


@pytest.mark.requirement("GX-13")
@pytest.mark.parametrize(
    ("table", "id_column"),
    [("organization_progress", "organization_id"), ("content_effectiveness", "assignment_id")],
)
def test_the_role_ai_gets_groups_of_five_and_more(
    table: str, id_column: str, version: duckdb.DuckDBPyConnection, marts: dict[str, Mart]
) -> None:
    version.execute(f"update progress.{table} set students = 4")
    five = f"select * replace ('five' as {id_column}, 5 as students) from progress.{table} limit 1"
    version.execute(f"insert into progress.{table} by name {five}")
    condition = marts[table].visible_rows["ai"]
    [*shown] = version.execute(
        f"select {id_column} from progress.{table} where {condition}"
    ).fetchall()
    assert shown == [("five",)]
    assert set(marts[table].visible_rows) == {"ai"}


@pytest.mark.requirement("GX-13")
def test_the_role_ai_gets_the_finest_periods_that_are_all_of_five_and_more(
    version: duckdb.DuckDBPyConnection, marts: dict[str, Mart]
) -> None:
    trend = marts["organization_progress_trend"]
    version.execute(f"delete from {trend.table}")
    version.executemany(
        f"insert into {trend.table} (organization_id, period, period_start, active_students)"
        " values (?, ?, ?, ?)",
        [line.split() for line in TREND.strip().splitlines()],
    )
    shown = version.execute(
        f"select organization_id, period, count(*) from {trend.table}"
        f" where {trend.visible_rows['ai']} group by all order by all"
    ).fetchall()
    assert shown == [
        ("busy", "week", 2),
        ("one_thin_month", "quarter", 1),
        ("one_thin_week", "month", 1),
    ]
    assert set(trend.visible_rows) == {"ai"}
