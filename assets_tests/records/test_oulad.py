"""Performance records of three OULAD presentations, from landing files to the mart, equal the sums over the files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import duckdb
import pytest

from assets_tests.dbt.harness import failures, run_dbt
from assets_tests.realdata import OULAD
from assets_tests.records.oulad_comparison import differences, expected_records
from assets_tests.sources.landed import load_landed
from pipelines.checks.records import RULES
from pipelines.checks.rule import Rule
from pipelines.settings import Settings
from pipelines.sources.oulad import land_oulad
from pipelines.warehouse import connect

pytestmark = pytest.mark.slow

# Both terms, exams without a day, weights of 200 and of 0, banked submissions.
THREE = ["BBB-2013B", "CCC-2014B", "GGG-2013J"]
AFTER_ALL = datetime(2016, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    settings = Settings(data=tmp_path_factory.mktemp("oulad"))
    land_oulad(OULAD, settings.landing, THREE)
    load_landed(settings, AFTER_ALL)
    result = run_dbt(settings.warehouse, "run", "--select", "+path:models/marts/records")
    assert failures(result) == []
    with connect(settings) as connection:
        yield connection


@pytest.mark.requirement("R004-21", "R004-22", "R004-23", "R004-30", "R004-76")
def test_every_enrolment_in_force_has_the_points_of_the_files(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    expected = expected_records(OULAD, THREE)
    assert len(expected) > 3_000
    assert any(record[4] is None for record in expected)
    assert any(record[5] for record in expected)
    assert differences(warehouse, OULAD, THREE) == []


def test_a_single_wrong_point_is_found(warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.begin()
    warehouse.execute(
        "update records.performance_records set points_total_materialized = points_total_materialized + 0.0001"
        " where user_id = (select min(user_id) from records.performance_records where lecture_id = 'BBB-2013B')"
        " and lecture_id = 'BBB-2013B'"
    )
    found = differences(warehouse, OULAD, THREE)
    warehouse.rollback()
    assert [side for side, _ in found] == ["found", "expected"]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_real_records_satisfy_the_rules(rule: Rule, warehouse: duckdb.DuckDBPyConnection) -> None:
    assert warehouse.execute(rule.sql).fetchall() == []
