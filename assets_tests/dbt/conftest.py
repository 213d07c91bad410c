"""The dbt project, built once per test session on a warehouse without rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from assets_tests.dbt.harness import connect, failures, make_warehouse, run_dbt


@pytest.fixture(scope="session")
def staged_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse without rows and with all of staging; read it, but add nothing."""
    path = make_warehouse(tmp_path_factory.mktemp("empty") / "warehouse.duckdb")
    assert failures(run_dbt(path, "run", "--select", "path:models/staging")) == []
    return path


@pytest.fixture(scope="session")
def built_warehouse(staged_warehouse: Path) -> Path:
    """The same warehouse with every seed and model built."""
    assert (
        failures(run_dbt(staged_warehouse, "build", "--exclude-resource-type", "unit_test")) == []
    )
    return staged_warehouse


@pytest.fixture
def staged(staged_warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the warehouse with staging."""
    with connect(staged_warehouse) as connection:
        yield connection
