"""How a batch becomes durable, what a crash leaves, and who may write."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assets_tests.crashing import CrashError, crashing
from assets_tests.ingest.data_root import DataRoot
from assets_tests.ingest.test_csv import HEADER, row
from assets_tests.ledger.conftest import BATCHES
from pipelines.errors import CairnError
from pipelines.ledger import ledger_lock, verify
from pipelines.ledger.writing import BatchWriter

REPOSITORY = Path(__file__).parents[2]


def drop_all(root: DataRoot) -> None:
    for number, content in enumerate(BATCHES):
        root.drop(f"badge_awards/{number}.csv", content)
    root.drop("organizations/o.csv", "organization_id,name\no,O\n,\n")


def result(root: DataRoot) -> tuple[Any, ...]:
    """What a run wrote, its clock aside."""
    assert verify(root.settings) == []
    files = {name: digest for name, digest in root.snapshot().items() if ".jsonl" not in name}
    return files, [entry.contracts for entry in root.ledger.entries()]


def test_equal_landings_make_equal_bytes(root: DataRoot, tmp_path: Path) -> None:
    other = DataRoot(tmp_path / "other")
    for each in (root, other):
        drop_all(each)
        each.ingest()
    assert result(root) == result(other)
    assert {*root.snapshot()} == {
        "ledger/ledger.jsonl",
        "ledger/badge_awards/000001.parquet",
        "ledger/organizations/000001.parquet",
        "quarantine/badge_awards/000001.parquet",
        "quarantine/organizations/000001.parquet",
    }


@pytest.mark.parametrize("function", [pytest.param("fsync", marks=pytest.mark.slow), "replace"])
def test_a_crash_at_any_step_leaves_the_ledger_as_it_was(
    root: DataRoot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    whole = DataRoot(tmp_path / "whole")
    drop_all(whole)
    whole.ingest()
    target = os if function == "fsync" else Path
    original = getattr(target, function)
    for step in range(100):
        drop_all(root)
        with monkeypatch.context() as patched:
            patched.setattr(target, function, crashing(original, after=step))
            try:
                root.ingest()
            except CrashError:
                assert root.ledger.position in (0, 1)
            else:
                break
        report = root.ingest()
        if report.batch is not None:
            assert report.swept or step == 0
        assert result(root) == result(whole)
        shutil.rmtree(root.settings.data)
    assert step == {"fsync": 12, "replace": 4}[function]


CHILD = """
    import os, sys
    from pathlib import Path
    from pipelines.ingest import ingest
    from pipelines.ledger import ledger_lock
    from pipelines.settings import Settings

    steps = int(sys.argv[2])
    fsync, replace = os.fsync, Path.replace

    def counted(function):
        def call(*args):
            global steps
            steps -= 1
            if steps < 0:
                os._exit(9)
            return function(*args)
        return call

    os.fsync, Path.replace = counted(fsync), counted(replace)
    settings = Settings(data=Path(sys.argv[1]), memory_limit="1GiB", threads=1)
    with ledger_lock(settings) as lock:
        ingest(settings, lock)
"""


def child(*arguments: str, first: str = "") -> subprocess.CompletedProcess[str]:
    """A process of its own that takes a data root in; `first` is run after all imports."""
    imports, _, work = textwrap.dedent(CHILD).partition("\n\n")
    return subprocess.run(
        [sys.executable, "-c", f"{imports}\n{first}\n{work}", *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize("step", [0, 3, 8, 13, 14])
def test_a_process_that_dies_leaves_no_lock_and_no_half_batch(
    root: DataRoot, tmp_path: Path, step: int
) -> None:
    whole = DataRoot(tmp_path / "whole")
    drop_all(whole)
    whole.ingest()
    drop_all(root)
    assert child(str(root.settings.data), str(step)).returncode == 9
    root.ingest()
    assert result(root) == result(whole)


@pytest.mark.slow
def test_a_disk_that_is_full_is_said_clearly_and_nothing_is_committed(root: DataRoot) -> None:
    drop_all(root)
    full = child(
        str(root.settings.data),
        "1000",
        first="import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600))\n",
    )
    assert full.returncode == 1
    assert "pipelines.errors.MachineError: Ingesting into" in full.stderr
    assert "nothing was committed" in full.stderr
    assert root.ledger.position == 0
    assert root.ingest().batch == 1


@pytest.mark.slow
def test_a_folder_that_may_not_be_written_is_said_clearly(root: DataRoot) -> None:
    drop_all(root)
    root.settings.data.chmod(0o555)
    nobody = "import os; os.geteuid() or os.setuid(65534)\n"  # root may write anywhere
    refused = child(str(root.settings.data), "1000", first=nobody)
    root.settings.data.chmod(0o755)
    assert refused.returncode == 1
    assert "pipelines.errors.CairnError: The ledger in" in refused.stderr
    assert "Permission denied" in refused.stderr
    assert root.ingest().batch == 1


def test_a_ledger_line_that_the_disk_cannot_take_is_taken_back(
    grown: DataRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = grown.ledger.file.read_bytes()
    grown.drop("badge_awards/new.csv", f"{HEADER}\n{row('new')}\n")
    fsync = os.fsync

    def full(descriptor: int) -> None:
        if os.fstat(descriptor).st_ino == grown.ledger.file.stat().st_ino:
            raise OSError(28, "No space left on device")
        fsync(descriptor)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(CairnError, match="No space left on device; nothing was committed"):
            grown.ingest()
    assert grown.ledger.file.read_bytes() == before
    assert grown.ingest().batch == 4


def test_after_its_line_no_folder_can_fail_a_batch(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop_all(root)
    fsync = os.fsync

    def full(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode) and root.ledger.size:
            raise OSError(28, "No space left on device")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    assert root.ingest().batch == 1
    assert root.ledger.position == 1


def test_what_a_crash_left_is_swept_and_what_is_committed_stays(grown: DataRoot) -> None:
    before = grown.snapshot()
    leftovers = (
        "ledger/badge_awards/000004.parquet",
        "ledger/badge_awards/.writing-000004.parquet",
        "quarantine/users/000004.parquet",
    )
    for name in leftovers:
        path = grown.settings.data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    (grown.settings.ledger / "badge_awards" / "folder").mkdir()
    with grown.ledger.file.open("ab") as handle:
        handle.write(b'{"batch":4,"contr')
    assert verify(grown.settings) == []
    assert grown.ledger.position == 3
    report = grown.ingest()
    assert report.batch is None
    assert sorted(report.swept) == sorted([*leftovers, "the torn last line of ledger.jsonl"])
    assert grown.snapshot() == before


def test_the_second_writer_is_told_who_holds_the_ledger(root: DataRoot) -> None:
    with ledger_lock(root.settings):
        with pytest.raises(CairnError, match=f"process {os.getpid()} on .* since 20") as error:
            root.ingest()
        assert "Another run holds the ledger" in str(error.value)
        other = child(str(root.settings.data), "1000")
        assert f"(process {os.getpid()} on " in other.stderr
    assert root.ingest().batch is None


def test_a_batch_that_does_not_balance_is_refused(grown: DataRoot) -> None:
    before = grown.snapshot()
    unbalanced = replace(grown.ledger.entries()[0].contracts["badge_awards"], rows_read=99)
    with ledger_lock(grown.settings) as lock:
        writer = BatchWriter(lock, grown.ledger.entries())
        with pytest.raises(CairnError, match="does not balance for badge_awards: 99 rows read"):
            writer.commit({"badge_awards": unbalanced})
    assert grown.snapshot() == before


def test_the_line_says_what_the_batch_did(grown: DataRoot) -> None:
    first, second, third = grown.ledger.entries()
    assert [first.batch, second.batch, third.batch] == [1, 2, 3]
    assert (second.prev, third.prev, grown.ledger.head) == (first.hash, second.hash, third.hash)
    counts = [
        (entry.rows_read, entry.accepted, entry.duplicates, entry.quarantined)
        for entry in (batch.contracts["badge_awards"] for batch in (first, second, third))
    ]
    assert counts == [(3, 2, 0, 1), (2, 1, 0, 1), (3, 2, 1, 0)]
    assert first.contracts["badge_awards"].files[0].name == "badge_awards/0.csv"
    assert grown.ledger.position == 3
