"""The domains' own small worlds, whose every number can be counted by eye, as the suite breaks them.

Belongs here: which world a domain's rules are broken in. The worlds are the domains' fixtures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import duckdb
import pytest

from assets_tests.dbt.harness import connect
from assets_tests.internships.conftest import example_warehouse as internships_world
from assets_tests.ops.conftest import small_ledger as ops_world
from assets_tests.org.conftest import three_weeks as org_world
from assets_tests.performance.conftest import team_warehouse as performance_world
from assets_tests.progress.conftest import semester as progress_world
from assets_tests.records.conftest import algebra as records_world
from assets_tests.skills.conftest import example_warehouse as skills_world

__all__ = [
    "internships_world",
    "ops_world",
    "org_world",
    "performance_world",
    "progress_world",
    "records_world",
    "skills_world",
]

World = Callable[[str], AbstractContextManager[duckdb.DuckDBPyConnection]]


@pytest.fixture
def world(request: pytest.FixtureRequest) -> World:
    """Open a domain's world, in a transaction that is rolled back: what a test breaks stays broken for nobody."""

    @contextmanager
    def opened(domain: str) -> Iterator[duckdb.DuckDBPyConnection]:
        with connect(request.getfixturevalue(f"{domain}_world")) as connection:
            connection.execute(f"use {domain}")
            connection.begin()
            yield connection
            connection.rollback()

    return opened
