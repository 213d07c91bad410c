"""A fresh data root for every test."""

from pathlib import Path

import pytest

from assets_tests.ingest.data_root import DataRoot


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    """An empty data root."""
    return DataRoot(tmp_path / "data")
