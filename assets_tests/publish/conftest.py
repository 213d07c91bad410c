"""A small house that can be published in every test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from assets_tests.publish import house
from pipelines.publish import Publication, publish
from pipelines.run import Run

Publish = Callable[..., Publication]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse with its marts built."""
    with duckdb.connect() as connection:
        house.build(connection)
        yield connection


@pytest.fixture
def publish_run(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> Publish:
    """Publish the small house into `tmp_path`, with its macros."""
    api = house.write_macros(tmp_path / "api")

    def publish_run(run: Run | None = None, keep_versions: int = 7) -> Publication:
        settings = house.settings(tmp_path, keep_versions)
        return publish(settings, connection, run or house.run(), house.manifest(), api)

    return publish_run
