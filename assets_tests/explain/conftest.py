"""The sample's published tables, its landing files, and explanations of its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import duckdb
import pytest

from assets_tests.conftest import SAMPLE, SampleRun
from assets_tests.explain.landed_sample import LandedSample
from pipelines.explain import Explanation, explain
from pipelines.explain.derivation import EXPLAINED
from pipelines.publish import read_manifest

Row = dict[str, Any]
Rows = Callable[[str], list[Row]]
Explain = Callable[[str, Row], Explanation]


@pytest.fixture(scope="module")
def published(sample_run: SampleRun) -> Iterator[duckdb.DuckDBPyConnection]:
    """What administrators read."""
    with duckdb.connect(sample_run.current / "admin" / "cairn.duckdb", read_only=True) as reader:
        reader.execute("set TimeZone = 'UTC'")
        yield reader


@pytest.fixture(scope="module")
def rows(published: duckdb.DuckDBPyConnection) -> Rows:
    """The rows of a query over the published tables."""

    def read(query: str) -> list[Row]:
        return published.sql(query).pl().to_dicts()

    return read


@pytest.fixture(scope="module")
def explained(sample_run: SampleRun) -> Explain:
    """Explain a row that was read from a table."""
    grains = {
        table: read_manifest(sample_run.current)["tables"][table]["grain"] for table in EXPLAINED
    }

    @cache
    def explained_key(table: str, key: tuple[tuple[str, str], ...]) -> Explanation:
        return explain(sample_run.settings, table, key)

    def explained_row(table: str, row: Row) -> Explanation:
        return explained_key(table, tuple((column, str(row[column])) for column in grains[table]))

    return explained_row


@pytest.fixture(scope="module")
def landed(sample_run: SampleRun, published: duckdb.DuckDBPyConnection) -> LandedSample:
    """The sample's landing files, read in plain Python."""
    quarantined = published.execute("select file, line from ops.quarantine").fetchall()
    return LandedSample(SAMPLE, sample_run.as_of, set(quarantined))
