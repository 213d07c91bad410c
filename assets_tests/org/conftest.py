"""Three weeks in a row."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets_tests.dbt.harness import connect


@pytest.fixture(scope="session")
def three_weeks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with them; read it, but leave it as it is."""
    path = tmp_path_factory.mktemp("weeks") / "warehouse.duckdb"
    with connect(path) as connection:
        connection.execute(
            """
            create schema org;
            create table org.weeks as
                select week_start, week_start + 6 as week_end
                from (values (date '2026-03-01'), (date '2026-03-08'), (date '2026-03-15')) as weeks (week_start)
            """
        )
    return path
