"""What stays in landing is hashed once, what is done to it is noticed, and the index may say anything or nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from assets_tests.ingest.data_root import DataRoot
from assets_tests.ingest.test_csv import HEADER, row
from pipelines.ingest import batch, hashes

LATER_NS = 10**10


@pytest.fixture
def hashed(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were read to be hashed; scans happen when all that landed has settled."""
    names: list[str] = []
    sha256 = hashes.sha256_of

    def noted(path: os.DirEntry[str]) -> str:
        names.append(path.name)
        return sha256(path)

    monkeypatch.setattr(hashes, "sha256_of", noted)
    monkeypatch.setattr(batch, "time_ns", lambda: time.time_ns() + LATER_NS)
    for name in ("a", "b"):
        root.drop(f"badge_awards/{name}.csv", f"{HEADER}\n{row(name)}\n")
    assert root.ingest().contracts["badge_awards"].accepted == 2
    assert names == ["a.csv", "b.csv"]
    names.clear()
    return names


def test_a_file_that_stays_is_not_read_again(root: DataRoot, hashed: list[str]) -> None:
    assert root.ingest().batch is None
    root.drop("badge_awards/c.csv", f"{HEADER}\n{row('c')}\n")
    assert root.ingest().contracts["badge_awards"].accepted == 1
    assert hashed == ["c.csv"]


def test_the_index_is_its_owners_alone_and_written_when_it_changes(
    root: DataRoot, hashed: list[str]
) -> None:
    index = root.settings.landing_index
    before = index.stat()
    assert before.st_mode & 0o777 == 0o600
    root.ingest()
    assert index.stat().st_ino == before.st_ino
    (root.settings.landing / "badge_awards" / "a.csv").unlink()
    root.ingest()
    assert "a.csv" not in index.read_text()
    assert "b.csv" in index.read_text()


def in_place(path: Path) -> None:
    """Other bytes of the same size, and the time of the content put back."""
    status = path.stat()
    path.write_text(path.read_text().replace("star", "moon"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def by_another_file(path: Path) -> None:
    """Another file of the same size and time takes its name."""
    status = path.stat()
    other = path.with_suffix(".tmp")
    other.write_text(path.read_text().replace("star", "moon"))
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(path)


def at_its_end(path: Path) -> None:
    with path.open("a") as handle:
        handle.write(f"{row('more', 'moon')}\n")


@pytest.mark.parametrize("change", [in_place, by_another_file, at_its_end])
def test_a_file_that_was_changed_is_noticed(
    root: DataRoot, hashed: list[str], change: Callable[[Path], None]
) -> None:
    path = root.settings.landing / "badge_awards" / "a.csv"
    before = path.stat()
    change(path)
    after = path.stat()
    if change is not at_its_end:
        assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    taken = root.ingest().contracts["badge_awards"]
    assert (taken.files[0].name, taken.rows_read - taken.duplicates) == ("badge_awards/a.csv", 1)
    assert hashed == ["a.csv"]


def test_two_files_that_change_names_are_both_read(root: DataRoot, hashed: list[str]) -> None:
    first, second = ((root.settings.landing / "badge_awards" / f"{name}.csv") for name in "ab")
    aside = first.with_suffix(".tmp")
    first.rename(aside)
    second.rename(first)
    aside.rename(second)
    assert root.ingest().batch is None
    assert hashed == ["a.csv", "b.csv"]


def test_a_file_of_this_moment_is_not_remembered(
    root: DataRoot, hashed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be written to once more, and the file system still say the same of it."""
    path = root.drop("badge_awards/c.csv", f"{HEADER}\n{row('c')}\n")
    settled = path.stat().st_ctime_ns + hashes.SETTLED_NS
    for now, read in ((settled, ["c.csv"]), (settled + 1, ["c.csv"]), (settled + 1, [])):
        monkeypatch.setattr(batch, "time_ns", lambda now=now: now)
        root.ingest()
        assert [name for name in hashed if name == "c.csv"] == read
        hashed.clear()


@pytest.mark.parametrize("kept", [0, 40, -1])
def test_an_index_that_is_lost_cut_or_garbled_is_ignored(
    root: DataRoot, hashed: list[str], kept: int
) -> None:
    index = root.settings.landing_index
    whole = index.read_bytes()
    index.write_bytes(whole[:kept])
    assert root.ingest().batch is None
    garbled = whole.replace(b'"badge_awards/a.csv": [', b'"badge_awards/a.csv": [1')
    index.write_bytes(garbled)
    assert root.ingest().batch is None
    index.unlink()
    assert root.ingest().batch is None
    assert hashed == ["a.csv", "b.csv"] * 3
    assert index.read_bytes() == whole


def test_a_disk_without_room_for_it_costs_nothing_else(
    root: DataRoot, hashed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(hashes, "write_owner_only", full)
    root.drop("badge_awards/c.csv", f"{HEADER}\n{row('c')}\n")
    for _ in range(2):
        root.ingest()
    assert root.ledger.position == 2
    assert hashed == ["c.csv", "c.csv"]
