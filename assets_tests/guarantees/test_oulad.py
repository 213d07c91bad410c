"""The complete OULAD, from its files to published Parquet, equals independent sums over its files."""

from datetime import UTC, datetime

import duckdb
import pytest

from assets_tests.performance.oulad_comparison import (
    counts_in_files,
    counts_in_history,
    students_who_differ,
)
from assets_tests.realdata import OULAD
from assets_tests.records.oulad_comparison import differences, expected_records
from pipelines.defs.in_process import run_in_process
from pipelines.settings import Settings
from pipelines.sources.oulad import land_oulad

pytestmark = pytest.mark.slow

AFTER_ALL = datetime(2016, 1, 1, tzinfo=UTC)
ENROLMENTS, UNREGISTERED, SUBMISSIONS = 32_593, 10_072, 173_912


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(data=tmp_path_factory.mktemp("oulad") / "data")
    land_oulad(OULAD, settings.landing)
    run_in_process(settings, AFTER_ALL)
    return settings


@pytest.mark.requirement("R004-21", "R004-22", "R004-23", "R004-30", "R004-76")
def test_every_enrolment_in_force_is_published_with_the_points_of_the_files(
    published: Settings,
) -> None:
    assert len(expected_records(OULAD)) == ENROLMENTS - UNREGISTERED
    records = published.published / "current/teacher/records/performance_records/*.parquet"
    with duckdb.connect() as connection:
        assert differences(connection, OULAD, table=f"read_parquet('{records}')") == []


@pytest.mark.requirement("R001-03", "R001-11", "G001-03", "G001-04")
def test_late_and_on_time_submissions_per_module_are_those_of_the_files(
    published: Settings,
) -> None:
    expected = counts_in_files(OULAD, by_module=True)
    assert sum(submissions for submissions, _, _ in expected.values()) == SUBMISSIONS
    # Banked results and exams without a date are submissions, and neither on time nor late.
    assert all(on_time + late < submissions for submissions, on_time, late in expected.values())
    assert all(late > 0 for _, _, late in expected.values())
    with duckdb.connect(published.warehouse, read_only=True) as connection:
        assert counts_in_history(connection) == expected


@pytest.mark.requirement("R001-11", "R001-69", "R001-71", "G001-03")
def test_every_student_is_published_with_the_punctuality_of_the_files(published: Settings) -> None:
    performance = published.published / "current/admin/performance/user_performance/*.parquet"
    with duckdb.connect() as connection:
        assert students_who_differ(connection, OULAD, f"read_parquet('{performance}')") == []
