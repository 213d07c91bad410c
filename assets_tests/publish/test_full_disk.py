"""A disk that is full while a version is written: the version before it stands, and the next attempt is whole."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from assets_tests.full_disk import small_disk
from assets_tests.publish import house
from pipelines.proof.files import file_problems
from pipelines.publish import publish, read_manifest

pytestmark = pytest.mark.slow


@pytest.mark.requirement("R000-44")
@pytest.mark.parametrize("free_bytes", [0, 8 * 1024, 64 * 1024, 512 * 1024])
def test_current_stands_and_nothing_is_left(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, free_bytes: int
) -> None:
    api = house.write_macros(tmp_path / "api")
    with small_disk(tmp_path / "disk", mebibytes=64) as disk:
        settings = house.settings(disk.folder / "data")
        settings.data.mkdir()
        first = publish(settings, connection, house.run(1), house.manifest(), api)
        with disk.crowded(free_bytes), pytest.raises((OSError, duckdb.Error)):
            publish(settings, connection, house.run(2), house.manifest(), api)
        versions = settings.published / "versions"
        assert [path.name for path in versions.iterdir()] == [first.version]
        assert (settings.published / "current").resolve() == first.path
        assert list(file_problems(first.path, read_manifest(first.path))) == []
        second = publish(settings, connection, house.run(2), house.manifest(), api)
        assert (settings.published / "current").resolve() == second.path
        assert list(file_problems(second.path, read_manifest(second.path))) == []
