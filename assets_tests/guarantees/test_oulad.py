"""The complete OULAD, from its files to published Parquet, equals independent sums over its files."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

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
ENROLMENTS, UNREGISTERED = 32_593, 10_072


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What teachers get of the domain `records`."""
    settings = Settings(data=tmp_path_factory.mktemp("oulad") / "data")
    land_oulad(OULAD, settings.landing)
    run_in_process(settings, AFTER_ALL)
    return settings.published / "current/teacher/records"


@pytest.mark.requirement("R004-21", "R004-22", "R004-23", "R004-30", "R004-76")
def test_every_enrolment_in_force_is_published_with_the_points_of_the_files(
    published: Path,
) -> None:
    assert len(expected_records(OULAD)) == ENROLMENTS - UNREGISTERED
    table = f"read_parquet('{published}/performance_records/*.parquet')"
    with duckdb.connect() as connection:
        assert differences(connection, OULAD, table=table) == []


@pytest.mark.requirement("R004-90", "R004-91", "R004-93", "G004-07", "G004-10", "G004-11")
def test_every_enrolment_in_force_has_the_proposal_that_its_points_make(published: Path) -> None:
    found = duckdb.execute(
        "select lecture_id, user_id, proposed_status, required_points, deferral_reasons"
        f" from read_parquet('{published}/certification_proposals/*.parquet')"
    ).fetchall()
    assert {(*row, tuple(reasons)) for *row, reasons in found} == expected_proposals(OULAD)
    assert len(found) == ENROLMENTS - UNREGISTERED


def test_the_readme_shows_how_proposals_and_final_results_agree(published: Path) -> None:
    """A finding, not a requirement: nothing here says how many should agree."""
    table = f"read_parquet('{published}/certification_proposals/*.parquet')"
    with duckdb.connect() as connection:
        counts = confusion(connection, OULAD, table)
    assert counts.total() == ENROLMENTS
    assert confusion_table(counts) in README.read_text(encoding="utf-8")
