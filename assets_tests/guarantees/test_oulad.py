"""The complete OULAD, from its files to published Parquet, equals independent sums over its files."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from assets_tests.performance.oulad_comparison import (
    counts_in_files,
    counts_in_history,
    students_who_differ,
)
from assets_tests.realdata import OULAD
from assets_tests.records.oulad_comparison import (
    confusion,
    confusion_table,
    differences,
    expected_proposals,
    expected_records,
)
from pipelines.defs.in_process import run_in_process
from pipelines.settings import Settings
from pipelines.sources.oulad import land_oulad

pytestmark = pytest.mark.slow

README = Path(__file__).parents[2] / "README.md"
AFTER_ALL = datetime(2016, 1, 1, tzinfo=UTC)
ENROLMENTS, UNREGISTERED, SUBMISSIONS = 32_593, 10_072, 173_912


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(data=tmp_path_factory.mktemp("oulad") / "data")
    land_oulad(OULAD, settings.landing)
    run_in_process(settings, AFTER_ALL)
    return settings


def proposals(published: Settings) -> str:
    folder = published.published / "current/teacher/records/certification_proposals"
    return f"read_parquet('{folder}/*.parquet')"


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


@pytest.mark.requirement("R004-90", "R004-91", "R004-93", "G004-07", "G004-10", "G004-11")
def test_every_enrolment_in_force_has_the_proposal_that_its_points_make(
    published: Settings,
) -> None:
    found = duckdb.execute(
        "select lecture_id, user_id, proposed_status, required_points, deferral_reasons"
        f" from {proposals(published)}"
    ).fetchall()
    assert {(*row, tuple(reasons)) for *row, reasons in found} == expected_proposals(OULAD)
    assert len(found) == ENROLMENTS - UNREGISTERED


def test_the_readme_shows_how_proposals_and_final_results_agree(published: Settings) -> None:
    """A finding, not a requirement: nothing here says how many should agree."""
    with duckdb.connect() as connection:
        counts = confusion(connection, OULAD, proposals(published))
    assert counts.total() == ENROLMENTS
    assert confusion_table(counts) in README.read_text(encoding="utf-8")
