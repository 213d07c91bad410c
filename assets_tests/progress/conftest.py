"""The semester, built once per test session."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets_tests.dbt.harness import failures, make_warehouse, run_dbt
from assets_tests.progress.semester import AS_OF, ROWS


@pytest.fixture(scope="session")
def semester(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The semester with all marts; add nothing to it."""
    path = make_warehouse(tmp_path_factory.mktemp("semester") / "warehouse.duckdb", ROWS, AS_OF)
    options = ("--select", "+path:models/marts/progress", "--exclude-resource-type", "unit_test")
    assert failures(run_dbt(path, "build", *options)) == []
    return path
