"""A file that would come out the same is the file of the version before, and no other is."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import pytest

from assets_tests.publish import house
from assets_tests.publish.conftest import Publish
from pipelines.publish import publish
from pipelines.publish.unchanged import Unchanged, WrittenFile

pytestmark = pytest.mark.slow

DISTRIBUTION = {
    role: f"{role}/skills/distribution/distribution.parquet"
    for role in ("student", "employer", "admin")
}
MOMENTUM = {role: f"{role}/skills/momentum/momentum.parquet" for role in ("teacher", "admin")}
TIMINGS = {"admin": "admin/ops/timings/timings.parquet"}


def parquet(version: Path) -> dict[str, Path]:
    return {path.relative_to(version).as_posix(): path for path in version.rglob("*.parquet")}


def linked(earlier: Path, later: Path) -> set[str]:
    """The files that both versions hold once."""
    files = parquet(earlier)
    return {name for name, path in parquet(later).items() if path.samefile(files[name])}


def test_what_did_not_change_is_linked(publish_run: Publish) -> None:
    first, second = publish_run(house.run(1)).path, publish_run(house.run(2)).path
    # Which rows `ai` sees may depend on other tables, so that its files are always written.
    assert linked(first, second) == {*DISTRIBUTION.values(), *MOMENTUM.values(), *TIMINGS.values()}
    bytes_of = [{name: path.read_bytes() for name, path in parquet(v).items()} for v in (first, second)]  # fmt: skip
    assert bytes_of[0] == bytes_of[1]


def test_only_the_table_that_changed_is_written(
    publish_run: Publish, connection: duckdb.DuckDBPyConnection
) -> None:
    first = publish_run(house.run(1)).path
    connection.execute("insert into skills.momentum values ('u0001', 7)")
    second = publish_run(house.run(2)).path
    assert linked(first, second) == {*DISTRIBUTION.values(), *TIMINGS.values()}
    rows = [duckdb.read_parquet(str(v / MOMENTUM["admin"])).fetchall() for v in (first, second)]
    assert rows == [[], [("u0001", 7)]]


def test_another_declaration_writes_the_files_of_whom_it_concerns(
    publish_run: Publish, tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    first = publish_run(house.run(1)).path
    declared = house.manifest()
    del declared["nodes"]["model.cairn.distribution"]["columns"]["weight"]["config"]["meta"]["hidden_from"]  # fmt: skip
    second = publish(
        house.settings(tmp_path), connection, house.run(2), declared, tmp_path / "api"
    ).path
    written = parquet(second).keys() - linked(first, second)
    assert written == {DISTRIBUTION["student"], "ai/skills/distribution/distribution.parquet"}
    assert "weight" in duckdb.read_parquet(str(second / DISTRIBUTION["student"])).columns


def test_a_doctored_file_is_not_passed_on(publish_run: Publish) -> None:
    """Not even where the manifest was made to fit."""
    first = publish_run(house.run(1)).path
    doctored = first / DISTRIBUTION["admin"]
    true = doctored.read_bytes()
    doctored.chmod(0o640)
    doctored.write_bytes(true[:-1])
    manifest = first / "manifest.json"
    text = manifest.read_text()
    old, new = (hashlib.sha256(content).hexdigest() for content in (true, true[:-1]))
    assert old in text
    manifest.write_text(text.replace(old, new))
    second = publish_run(house.run(2)).path
    assert DISTRIBUTION["admin"] not in linked(first, second)
    assert (second / DISTRIBUTION["admin"]).read_bytes() == true


def test_a_file_outlives_the_version_it_was_written_for(publish_run: Publish) -> None:
    first = publish_run(house.run(1)).path
    before = {name: path.read_bytes() for name, path in parquet(first).items()}
    second = publish_run(house.run(2), keep_versions=1).path
    assert not first.exists()
    assert {name: path.read_bytes() for name, path in parquet(second).items()} == before
    third = publish_run(house.run(3), keep_versions=1).path
    assert {name: path.read_bytes() for name, path in parquet(third).items()} == before


def test_without_the_version_before_all_is_written(publish_run: Publish, tmp_path: Path) -> None:
    first = publish_run(house.run(1)).path
    first.rename(tmp_path / "elsewhere")
    (tmp_path / "published/current").unlink()
    second = publish_run(house.run(2)).path
    assert linked(tmp_path / "elsewhere", second) == set()


@pytest.mark.parametrize("made_of", ["of this", "of that"])
def test_a_file_system_without_links_gets_files(
    made_of: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no links here")

    earlier = tmp_path / "earlier"
    earlier.write_bytes(b"rows")
    file = WrittenFile("earlier", "of this", hashlib.sha256(b"rows").hexdigest())
    unchanged = Unchanged(tmp_path, {"earlier": file})
    assert unchanged.link("earlier", made_of, tmp_path / "linked") == (made_of == "of this")
    monkeypatch.setattr(Path, "hardlink_to", refuse)
    assert not unchanged.link("earlier", made_of, tmp_path / "refused")
