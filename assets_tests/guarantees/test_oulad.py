"""The complete OULAD, from its files to published Parquet, equals independent sums over its files."""

from datetime import UTC, datetime

import duckdb
import pytest

from assets_tests.realdata import OULAD
from assets_tests.records.oulad_comparison import differences, expected_records
from pipelines.defs.in_process import run_in_process
from pipelines.settings import Settings
from pipelines.sources.oulad import land_oulad

AFTER_ALL = datetime(2016, 1, 1, tzinfo=UTC)
ENROLMENTS, UNREGISTERED = 32_593, 10_072


@pytest.mark.slow
@pytest.mark.requirement("R004-21", "R004-22", "R004-23", "R004-30", "R004-76")
def test_every_enrolment_in_force_is_published_with_the_points_of_the_files(
    data_root: Settings,
) -> None:
    land_oulad(OULAD, data_root.landing)
    run_in_process(data_root, AFTER_ALL)
    assert len(expected_records(OULAD)) == ENROLMENTS - UNREGISTERED
    published = data_root.published / "current/teacher/records/performance_records/*.parquet"
    with duckdb.connect() as connection:
        assert differences(connection, OULAD, table=f"read_parquet('{published}')") == []
