"""What counts as a landing file, how often it is read, and what is said about the others."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pyarrow as pa
import pytest

from assets_tests.ingest.data_root import DataRoot, compressed
from assets_tests.ingest.test_csv import HEADER, row
from assets_tests.ingest.test_hashes import at_its_end, by_another_file, in_place
from pipelines.errors import CairnError
from pipelines.ingest import batch

ROWS = f"{HEADER}\n{row('a')}\n{row('b')}\n"


@pytest.mark.requirement("R000-42")
def test_the_same_bytes_are_read_once_whatever_they_are_called(root: DataRoot) -> None:
    first = root.taken("badge_awards", "a.csv", ROWS)
    assert (first.rows_read, first.accepted, len(first.files)) == (2, 2, 1)
    root.drop("badge_awards/a.csv", ROWS)
    root.drop("badge_awards/again.csv", ROWS)
    before = root.snapshot()
    assert root.ingest().batch is None
    assert root.snapshot() == before
    packed = root.taken("badge_awards", "a.csv.gz", compressed(ROWS, ".gz"))
    assert (packed.rows_read, packed.duplicates, packed.segment) == (2, 2, None)


def test_two_equal_files_in_one_batch_are_one(root: DataRoot) -> None:
    root.drop("badge_awards/b.csv", ROWS)
    entry = root.taken("badge_awards", "a.csv", ROWS)
    assert (entry.rows_read, entry.accepted, entry.duplicates, len(entry.files)) == (2, 2, 0, 1)


def test_of_two_equal_files_the_one_whose_name_says_how_to_read_it_is_read(root: DataRoot) -> None:
    for name in ("a.csv~", "b.csv", "a.txt"):
        root.drop(f"badge_awards/{name}", ROWS)
    entry = root.ingest().contracts["badge_awards"]
    assert (entry.accepted, entry.quarantined) == (2, 0)
    assert [file.name for file in entry.files] == ["badge_awards/b.csv"]
    assert root.ingest().batch is None


def test_equal_bytes_under_two_contracts_are_two_files(root: DataRoot) -> None:
    content = "class_id,student_id,teacher_id\nc,s,t\n"
    root.drop("class_students/a.csv", content)
    root.drop("classes/a.csv", content)
    report = root.ingest()
    assert {name: entry.accepted for name, entry in report.contracts.items()} == {
        "class_students": 1,
        "classes": 1,
    }


def test_waiting_files_wait(root: DataRoot) -> None:
    names = ("_a.csv", ".a.csv", "a.csv.tmp", "a.csv.partial", "_SUCCESS", ".DS_Store")
    for name in names:
        root.drop(f"badge_awards/{name}", ROWS)
    root.drop("_work/a.csv", ROWS)
    root.drop(".hidden/a.csv", ROWS)
    report = root.ingest()
    assert (report.batch, report.unknown_contract) == (None, ())
    (root.settings.landing / "badge_awards" / "a.csv.tmp").rename(
        root.settings.landing / "badge_awards" / "a.csv"
    )
    assert root.ingest().contracts["badge_awards"].accepted == 2


def test_files_of_no_contract_are_reported_every_time_and_never_remembered(root: DataRoot) -> None:
    strangers = ("badges/a.csv", "user_skill_signals/s.csv", "stray.csv", "badge_awards/2026/a.csv")
    for name in strangers:
        root.drop(name, ROWS)
    for _ in range(2):
        report = root.ingest()
        assert report.batch is None
        assert report.unknown_contract == tuple(sorted(strangers))
    (root.settings.landing / "badges").rename(root.settings.landing / "elsewhere")
    root.drop("badge_awards/a.csv", ROWS)
    assert root.ingest().contracts["badge_awards"].accepted == 2


def test_what_is_no_file_is_passed_over_and_the_others_are_read(root: DataRoot) -> None:
    folder = root.drop("badge_awards/a.csv", ROWS).parent
    links = {
        "gone.csv": "nowhere.csv",
        "loop.csv": "loop.csv",
        "through.csv": "a.csv/b.csv",
        "device.csv": os.devnull,
        "up": "..",
        ".waits": "nowhere.csv",
    }
    for name, target in links.items():
        (folder / name).symlink_to(target)
    os.mkfifo(folder / "pipe.csv")
    (folder.parent / "classes").symlink_to("nowhere")
    (folder.parent / "strange").symlink_to(folder)
    report = root.ingest()
    assert report.contracts["badge_awards"].accepted == 2
    assert report.unknown_contract == ()
    assert report.passed_over == (
        *(
            f"badge_awards/{name}"
            for name in ("device.csv", "gone.csv", "loop.csv", "pipe.csv", "through.csv", "up")
        ),
        "classes",
        "strange",
    )
    assert root.ingest().passed_over == report.passed_over


def test_the_folder_of_a_contract_may_lie_elsewhere(root: DataRoot, tmp_path: Path) -> None:
    folder = root.drop("badge_awards/a.csv", ROWS).parent
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "b.csv").symlink_to("a.csv")
    report = root.ingest()
    assert (report.contracts["badge_awards"].accepted, report.passed_over) == (2, ())


def test_another_suffix_is_unreadable(root: DataRoot) -> None:
    names = ("a", "a.txt", "a.xlsx", "a.json", "a.gz", "a.parquet.gz", "a.csv.zip", "a.csv.bz2")
    for number, name in enumerate(names):
        root.drop(f"badge_awards/{name}", ROWS + "\n" * number)
    entry = root.ingest().contracts["badge_awards"]
    assert (entry.rows_read, entry.quarantined) == (len(names), len(names))
    assert {kept.file for kept in root.quarantined("badge_awards")} == {
        f"badge_awards/{name}" for name in names
    }


def test_the_report_says_of_unreadable_files_why(root: DataRoot) -> None:
    files = {
        "a.csv": (ROWS.encode("utf-16"), "not UTF-8: invalid start byte"),
        "b.jsonl": (b'{"badge": "\xe9"}\n', "not UTF-8: invalid continuation byte"),
        "c.csv.gz": (compressed(ROWS, ".gz")[:-9], "broken compression: Truncated"),
        "d.csv": ("badge,badge\n", "column 'badge' stands twice"),
        "e.csv": (f'{HEADER}\n"', "a quote is never closed"),
        "f.parquet": (ROWS, "broken Parquet: Parquet magic bytes not found"),
        "g.xls": ("a book", "no format has the suffix '.xls'"),
    }
    for name, (content, _) in files.items():
        root.drop(f"badge_awards/{name}", content)
    root.drop("badge_awards/good.csv", f"{ROWS}\n")
    root.drop("classes/h.csv", b"\xff")
    told = root.ingest().unreadable
    assert told.keys() == {"classes/h.csv", *(f"badge_awards/{name}" for name in files)}
    for name, (_, why) in files.items():
        assert told[f"badge_awards/{name}"].startswith(why)
    assert root.ingest().unreadable == {}


def test_suffixes_in_capitals_and_odd_names(root: DataRoot) -> None:
    root.drop("badge_awards/A.CSV", ROWS)
    root.drop("badge_awards/B.Csv.GZ", compressed(ROWS, ".gz"))
    root.drop('badge_awards/it\'s \n"odd".v2.csv', f"{HEADER}\n{row('c')}\n")
    strange = os.fsencode(root.settings.landing / "badge_awards") + b"/caf\xe9.csv"
    with open(strange, "wb") as handle:  # noqa: PTH123 - a name that is no UTF-8
        handle.write(f"{HEADER}\n{row('d', '')}\n".encode())
    entry = root.ingest().contracts["badge_awards"]
    assert (entry.accepted, entry.duplicates, entry.quarantined) == (3, 2, 1)
    assert root.quarantined("badge_awards")[0].file == "badge_awards/caf\\xe9.csv"
    assert root.ingest().batch is None


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_broken_compression_is_unreadable_and_members_follow_each_other(
    root: DataRoot, suffix: str
) -> None:
    long = f"{HEADER}\n" + "".join(f"{row(f'x{number}')}\n" for number in range(5_000))
    packed = compressed(long, suffix)
    broken = {
        "cut": packed[: len(packed) // 2],
        "short": packed[:-3],
        "flipped": packed[:-20] + bytes([packed[-20] ^ 0xFF]) + packed[-19:],
        "plain": ROWS.encode(),
        "garbage": packed + b"garbage",
    }
    for name, content in broken.items():
        root.drop(f"badge_awards/{name}.csv{suffix}", content)
    members = compressed(f"{HEADER}\n{row('a')}\n", suffix) + compressed(f"{row('b')}\n", suffix)
    root.drop(f"badge_awards/members.csv{suffix}", members)
    root.ingest()
    unreadable = {kept.file for kept in root.quarantined("badge_awards") if kept.line == 0}
    assert unreadable == {f"badge_awards/{name}.csv{suffix}" for name in broken}
    assert [found["badge_award_id"] for found in root.accepted("badge_awards")] == ["a", "b"]


def test_landing_is_never_touched(root: DataRoot) -> None:
    paths = [
        root.drop("badge_awards/a.csv", ROWS),
        root.drop("badge_awards/b.csv", b"\xff"),
        root.drop("badges/c.csv", ROWS),
    ]
    before = [(path.read_bytes(), path.stat().st_mtime_ns) for path in paths]
    root.ingest()
    assert [(path.read_bytes(), path.stat().st_mtime_ns) for path in paths] == before
    assert sorted(root.settings.landing.rglob("*.csv")) == sorted(paths)


def test_no_landing_folder_is_no_rows(root: DataRoot) -> None:
    report = root.ingest()
    assert (report.batch, report.contracts, root.ledger.position) == (None, {}, 0)
    assert report.is_landing_missing
    root.drop("badge_awards/a.csv.tmp", ROWS)
    assert not root.ingest().is_landing_missing


@pytest.mark.parametrize("name", ["", "badge_awards", "stranger"])
def test_a_folder_that_may_not_be_listed_is_no_empty_one(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    root.drop("badge_awards/a.csv", ROWS)
    root.drop("stranger/a.csv", ROWS)
    closed = root.settings.landing / name
    scandir = os.scandir

    def listed(folder: os.PathLike[str]) -> object:
        if Path(folder) == closed:
            raise PermissionError(13, "Permission denied", str(closed))
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", listed)
    if name == "stranger":
        report = root.ingest()
        assert (report.batch, report.unknown_contract, report.passed_over) == (1, (), (name,))
        return
    with pytest.raises(CairnError, match=r"Permission denied.*nothing was committed.*its rights"):
        root.ingest()
    assert root.ledger.position == 0


def when_read(monkeypatch: pytest.MonkeyPatch, happens: object) -> None:
    """Let something happen between the hashing of a landing file and its reading."""
    read = batch._ContractBatch._read

    def interrupted(self: object, file: object, notes: object) -> object:
        happens()  # type: ignore[operator]
        return read(self, file, notes)  # type: ignore[arg-type]

    monkeypatch.setattr(batch._ContractBatch, "_read", interrupted)


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet", "a.csv.gz", "a.xls", "\x1b.csv"])
@pytest.mark.parametrize("happens", [Path.unlink, at_its_end, in_place, by_another_file])
def test_a_file_that_vanishes_or_changes_while_it_is_read_stops_the_batch(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch, name: str, happens: Callable[[Path], None]
) -> None:
    path = root.drop(f"badge_awards/{name}", ROWS)
    with monkeypatch.context() as patched:
        when_read(patched, lambda: happens(path))
        with pytest.raises(CairnError, match="nothing was committed") as error:
            root.ingest()
    assert f"badge_awards/{repr(name)[1:-1]}" in str(error.value)
    assert root.ledger.position == 0
    root.drop(f"badge_awards/{name}", ROWS)
    assert root.ingest().batch == 1


SYSTEM_ERRORS = (
    OSError(5, "Input/output error"),
    MemoryError(),
    pa.ArrowMemoryError("malloc of size 64 failed"),
    duckdb.OutOfMemoryException("failed to allocate"),
    duckdb.IOException("could not write to the spill"),
)


@pytest.mark.parametrize("error", SYSTEM_ERRORS, ids=repr)
def test_a_file_that_the_machine_cannot_read_is_no_unreadable_file(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> None:
        raise type(error)(*error.args)

    broken = SimpleNamespace(read=fail, close=lambda: None)
    for name, content in (("a.parquet", ROWS), ("a.csv.gz", compressed(ROWS, ".gz"))):
        path = root.drop(f"badge_awards/{name}", content)
        with monkeypatch.context() as patched:
            if name == "a.parquet":
                when_read(patched, fail)
            else:
                patched.setattr(pa, "input_stream", lambda *_, **__: broken)
            said = str(error) or "memory ran out"
            with pytest.raises(CairnError, match=f"failed: {re.escape(said)}; nothing was comm"):
                root.ingest()
        assert root.ledger.position == 0
        path.unlink()


def test_a_data_root_that_is_no_folder_is_said_clearly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CairnError, match="cannot be written"):
        DataRoot(tmp_path / "file" / "data").ingest()
