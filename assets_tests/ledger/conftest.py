"""A data root with a ledger of three batches."""

import shutil
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


@pytest.fixture(scope="session")
def three_batches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a data root; read it, but change nothing."""
    root = DataRoot(tmp_path_factory.mktemp("grown") / "data")
    for number, content in enumerate(BATCHES):
        root.taken("badge_awards", f"{number}.csv", content)
    return root.settings.data


@pytest.fixture
def grown(root: DataRoot, three_batches: Path) -> DataRoot:
    """Three batches of badge awards, the first two with a quarantine file."""
    shutil.copytree(three_batches, root.settings.data, symlinks=True)
    return root
