"""Segments that were merged load as they were: each row with its batch and its place, whatever was loaded before."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from assets_tests.ingest.data_root import DataRoot
from assets_tests.ledger.nights import NIGHTS, merging, night, plain
from assets_tests.warehouse.test_load import content, loaded
from pipelines.warehouse import connect, loading

pytestmark = pytest.mark.slow

# A line's own hash tells what it merged, and the files' names and hashes are other ones.
OF_THE_FILES = {"raw.ledger_batches", "ops.loaded_segments", "ops.run"}

Tables = dict[str, list[tuple[Any, ...]]]


def rows(root: DataRoot) -> Tables:
    """Every table but those that tell of the files."""
    tables = content(root)
    batches = [values[:2] for values in tables["raw.ledger_batches"]]
    kept = {name: found for name, found in tables.items() if name not in OF_THE_FILES}
    return kept | {"batches": batches}


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """The same nights, of which every segment is as its batch wrote it."""
    root = plain(tmp_path_factory.mktemp("plain"))
    loaded(root)
    return rows(root)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> DataRoot:
    """A ledger of merged segments, and no warehouse."""
    return merging(tmp_path_factory.mktemp("merging"))


@pytest.fixture
def merged(whole: DataRoot, tmp_path: Path) -> DataRoot:
    shutil.copytree(whole.settings.data, tmp_path / "data")
    return DataRoot(tmp_path / "data", merge_segments=2)


def test_a_warehouse_from_merged_segments_is_the_same(merged: DataRoot, expected: Tables) -> None:
    report = loaded(merged)
    assert report.rebuilt
    assert report.rows == {
        name.removeprefix("raw."): len(found)
        for name, found in expected.items()
        if found and name.startswith("raw.") and "ledger_" not in name
    }
    assert rows(merged) == expected


def test_a_warehouse_from_before_stays_and_takes_only_what_is_new(
    tmp_path: Path, expected: Tables
) -> None:
    root = DataRoot(tmp_path, merge_segments=2)
    for number in range(NIGHTS):
        report = night(root, number)
        # Nights 2 and 3 are loaded from a file that holds the first one, too.
        if number not in (1, 2, 4):
            taken = loaded(root)
            assert taken.rebuilt == (number == 0)
            assert taken.rows["badge_awards"] >= report.contracts["badge_awards"].accepted
    assert rows(root) == expected
    paths = {path for path, _ in content(root)["ops.loaded_segments"]}
    assert "ledger/badge_awards/000001.parquet" in paths
    assert "ledger/badge_awards/000001-000002.parquet" in paths
    assert loaded(root).rebuilt is False


def test_a_load_that_is_interrupted_leaves_whole_files(
    merged: DataRoot, expected: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_quarantine = loading._load_quarantine

    def crash_in_the_sixth_batch(*args: Any) -> None:
        if args[3] == 6:
            raise KeyboardInterrupt
        load_quarantine(*args)

    with monkeypatch.context() as patched:
        patched.setattr(loading, "_load_quarantine", crash_in_the_sixth_batch)
        with pytest.raises(KeyboardInterrupt):
            loaded(merged)
    interrupted = content(merged)
    assert [batch for batch, *_ in interrupted["raw.ledger_batches"]] == [1, 2, 3, 4]
    assert {values[-2] for values in interrupted["raw.badge_awards"]} == {1, 2, 3, 4}
    assert loaded(merged).rebuilt is False
    assert rows(merged) == expected


def test_a_warehouse_that_was_loaded_from_another_merged_file_is_built_anew(
    merged: DataRoot, expected: Tables
) -> None:
    loaded(merged)
    with connect(merged.settings) as connection:
        connection.execute(
            "update ops.loaded_segments set sha256 = 'another' where path like '%-%.parquet'"
        )
    assert loaded(merged).rebuilt
    assert rows(merged) == expected
