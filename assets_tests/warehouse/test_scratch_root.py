"""A scratch folder is one process's alone, and goes with it."""

from __future__ import annotations

from pathlib import Path

from pipelines.settings import Settings
from pipelines.warehouse import discard
from pipelines.warehouse.scratch_root import PREFIX, scratch_root


def scratch_folders(settings: Settings) -> list[Path]:
    return list(settings.data.glob(f"{PREFIX}*"))


def test_a_folder_that_is_held_stays_and_what_was_left_is_swept(data_root: Settings) -> None:
    left = data_root.data / f"{PREFIX}of-a-killed-process"
    left.mkdir(parents=True)
    (left / "warehouse.duckdb").touch()
    with scratch_root(data_root) as one:
        assert scratch_folders(data_root) == [one]
        assert one.stat().st_mode & 0o777 == 0o700
        (one / "warehouse.duckdb").touch()
        with scratch_root(data_root) as other:
            assert one != other
        left.mkdir()
        data_root.warehouse.touch()
        discard(data_root)
        assert not data_root.warehouse.exists()
        assert scratch_folders(data_root) == [one]
        assert (one / "warehouse.duckdb").exists()
    assert scratch_folders(data_root) == []
