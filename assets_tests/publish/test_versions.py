"""A version is whole or not there: switching, crashes, failures, pruning, and readers meanwhile."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from assets_tests.publish import house
from assets_tests.publish.conftest import Publish
from pipelines.errors import CairnError
from pipelines.proof.files import file_problems
from pipelines.publish import publish, withdraw

pytestmark = pytest.mark.slow


def versions(root: Path) -> list[str]:
    return sorted(path.name for path in (root / "published/versions").iterdir())


def current(root: Path) -> str:
    return str((root / "published/current").readlink())


def test_current_is_a_relative_link_to_the_version(publish_run: Publish, tmp_path: Path) -> None:
    publication = publish_run()
    assert current(tmp_path) == f"versions/{publication.version}"
    assert publication.path == tmp_path / "published/versions" / publication.version
    assert publication.is_new
    moved = tmp_path / "moved"
    (tmp_path / "published").rename(moved)
    assert (moved / "current/manifest.json").is_file()


@pytest.mark.requirement("R000-42", "R000-43")
def test_publishing_the_same_version_again_changes_nothing(
    publish_run: Publish, tmp_path: Path
) -> None:
    before = {
        path: (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in publish_run().path.rglob("*")
    }
    again = publish_run()
    assert not again.is_new
    assert {p: (p.stat().st_ino, p.stat().st_mtime_ns) for p in again.path.rglob("*")} == before


def test_publishing_an_older_version_again_shows_it(publish_run: Publish, tmp_path: Path) -> None:
    first = publish_run(house.run(1))
    publish_run(house.run(2))
    assert publish_run(house.run(1)).version == first.version
    assert current(tmp_path) == f"versions/{first.version}"


def test_a_version_that_is_judged_earlier_than_the_one_before_says_so(
    publish_run: Publish,
) -> None:
    earlier = replace(house.run(), as_of=house.AS_OF - timedelta(days=1))
    assert not publish_run().is_earlier
    assert publish_run(earlier).is_earlier
    assert not publish_run(earlier).is_earlier
    assert not publish_run().is_earlier


@pytest.mark.parametrize(
    ("name", "newest"),
    [("teacher/cairn.duckdb", 1), ("admin/skills/momentum/momentum.parquet", 2)],
)
def test_a_damaged_version_is_written_again(
    publish_run: Publish, tmp_path: Path, name: str, newest: int
) -> None:
    broken = publish_run(house.run(1)).path
    publish_run(house.run(newest))
    os.truncate(broken / name, 3)
    whole = (broken / "manifest.json").stat().st_ino
    again = publish_run(house.run(1))
    assert again.damage is not None
    assert again.damage.startswith(f"{name} has 3 bytes instead of ")
    assert not [*file_problems(again.path, again.manifest)]
    assert (broken / "manifest.json").stat().st_ino != whole
    shutil.rmtree((broken / name).parent)
    assert publish_run(house.run(1)).damage == f"{name} is missing"
    assert publish_run(house.run(1)).damage is None
    assert current(tmp_path) == f"versions/{house.run(1).version}"
    assert versions(tmp_path) == sorted({house.run(n).version for n in (1, newest)})


def test_a_failure_while_a_damaged_version_is_written_again_leaves_it(
    publish_run: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (publish_run().path / "teacher/cairn.duckdb").unlink()
    before = sorted((tmp_path / "published").rglob("*"))

    def break_down(*_: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("pipelines.publish.publication.write_manifest", break_down)
        with pytest.raises(OSError, match="no space left"):
            publish_run()
    assert sorted((tmp_path / "published").rglob("*")) == before
    assert publish_run().damage == "teacher/cairn.duckdb is missing"


def test_the_same_version_of_another_ledger_is_refused(
    publish_run: Publish, tmp_path: Path
) -> None:
    (publish_run(house.run(1)).path / "teacher/cairn.duckdb").unlink()
    newest = publish_run(house.run(2))
    with pytest.raises(CairnError, match="was published from another ledger"):
        publish_run(house.run(1, head="b" * 64))
    assert current(tmp_path) == f"versions/{newest.version}"


def test_a_reader_sees_one_whole_version_while_the_next_is_published(
    publish_run: Publish, connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    publish_run(house.run(1))
    database = tmp_path / "published/current/admin/cairn.duckdb"
    query = "select (select n from version), count(*), sum(signals) from skills.distribution"
    with duckdb.connect(database, read_only=True) as reader:
        seen = reader.execute(query).fetchone()
        connection.execute("delete from skills.distribution where signals < 100")
        publish_run(house.run(2), keep_versions=1)
        assert versions(tmp_path) == [house.run(2).version]
        assert reader.execute(query).fetchone() == seen
        assert (
            reader.execute("select sum(detail.mean) from skills.distribution").fetchone()
            is not None
        )
    with duckdb.connect(database, read_only=True) as reader:
        assert reader.execute(query).fetchone() == (2, 100, sum(range(100, 200)))


@pytest.mark.requirement("R000-44")
def test_a_failure_while_writing_leaves_current_and_nothing_else(
    publish_run: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish_run(house.run(1))

    def break_down(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("pipelines.publish.publication.write_manifest", break_down)
    with pytest.raises(OSError, match="no space left"):
        publish_run(house.run(2))
    assert current(tmp_path) == f"versions/{first.version}"
    assert versions(tmp_path) == [first.version]


def test_a_failure_between_writing_and_switching_leaves_current_whole(
    publish_run: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish_run(house.run(1))
    with monkeypatch.context() as patch:
        patch.setattr(
            "pipelines.publish.versions.Versions.switch",
            lambda *_: (_ for _ in ()).throw(OSError("broken")),
        )
        with pytest.raises(OSError, match="broken"):
            publish_run(house.run(2))
    assert current(tmp_path) == f"versions/{first.version}"
    second = publish_run(house.run(2))
    assert not second.is_new
    assert current(tmp_path) == f"versions/{second.version}"


def test_what_a_crash_left_behind_is_swept(publish_run: Publish, tmp_path: Path) -> None:
    first = publish_run(house.run(1))
    folder = tmp_path / "published/versions"
    for name in (f".writing-{house.run(2).version}", ".removing-old"):
        shutil.copytree(first.path, folder / name)
    (tmp_path / "published/.current-new").symlink_to("versions/nowhere")
    second = publish_run(house.run(2))
    assert versions(tmp_path) == sorted([first.version, second.version])
    assert sorted(path.name for path in (tmp_path / "published").iterdir()) == [
        ".lock",
        "current",
        "versions",
    ]


def test_a_current_that_is_a_folder_is_one_sentence(publish_run: Publish, tmp_path: Path) -> None:
    first = publish_run(house.run(1))
    link = tmp_path / "published/current"
    link.unlink()
    shutil.copytree(first.path, link)
    with pytest.raises(CairnError, match=r"current is a folder and no link.*; move it away"):
        publish_run(house.run(2))
    assert versions(tmp_path) == [first.version]
    shutil.rmtree(link)
    publish_run(house.run(2))


def test_the_versions_that_were_written_last_are_kept(publish_run: Publish, tmp_path: Path) -> None:
    # Published in the order 3, 1, 2: names do not tell what is old.
    for age, n in enumerate((3, 1, 2)):
        manifest = publish_run(house.run(n)).path / "manifest.json"
        os.utime(manifest, ns=(age * 10**9, age * 10**9))
    publish_run(house.run(4), keep_versions=3)
    assert versions(tmp_path) == [house.run(n).version for n in (1, 2, 4)]


def test_the_current_version_is_never_pruned(publish_run: Publish, tmp_path: Path) -> None:
    oldest = publish_run(house.run(1))
    os.utime(oldest.path / "manifest.json", ns=(0, 0))
    publish_run(house.run(2))
    publish_run(house.run(1), keep_versions=1)
    assert current(tmp_path) == f"versions/{oldest.version}"
    assert versions(tmp_path) == [house.run(n).version for n in (1, 2)]


def test_what_is_no_version_is_left_alone(publish_run: Publish, tmp_path: Path) -> None:
    publish_run(house.run(1))
    folder = tmp_path / "published/versions"
    (folder / "README.txt").write_text("do not touch")
    (folder / "notes").mkdir()
    second = publish_run(house.run(2), keep_versions=1)
    assert withdraw(house.settings(tmp_path)) == ()
    assert versions(tmp_path) == sorted(["README.txt", "notes", second.version])


def test_an_older_version_whose_manifest_cannot_be_read_stops_no_publication(
    publish_run: Publish, tmp_path: Path
) -> None:
    older = publish_run(house.run(1))
    (older.path / "manifest.json").write_text("{")
    newer = publish_run(house.run(2))
    assert current(tmp_path) == f"versions/{newer.version}"
    assert versions(tmp_path) == sorted([older.version, newer.version])


def test_one_publisher_waits_for_the_other(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock is held from the sweep to the pruning, or one would sweep what another is writing."""
    held: list[bool] = []
    monkeypatch.setattr(
        "pipelines.publish.versions.fcntl.flock", lambda _, kind: held.append(kind == 2)
    )
    api = house.write_macros(tmp_path / "api")
    publish(house.settings(tmp_path), connection, house.run(), house.manifest(), api)
    assert held == [True]
