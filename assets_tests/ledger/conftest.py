"""A data root with a ledger of three batches."""

from pathlib import Path

import pytest

from assets_tests.ingest.data_root import DataRoot
from assets_tests.ingest.test_csv import HEADER, row

BATCHES = (
    f"{HEADER}\n{row('a')}\n{row('b')}\nbroken\n",
    f"{HEADER}\n{row('c')}\n{row('a', 'moon')}\n",
    f"{HEADER}\n{row('d')}\n{row('e')}\n{row('a')}\n",
)


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    """An empty data root."""
    return DataRoot(tmp_path / "data")


@pytest.fixture
def grown(root: DataRoot) -> DataRoot:
    """Three batches of badge awards, the first two with a quarantine file."""
    for number, content in enumerate(BATCHES):
        root.taken("badge_awards", f"{number}.csv", content)
    return root
