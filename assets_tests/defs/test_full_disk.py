"""A disk without room: a clear sentence at every step, nothing lost, and the next run is fine."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from assets_tests.conftest import SampleRun
from assets_tests.full_disk import Disk, small_disk
from pipelines.cli import FAILED, OK, main
from pipelines.defs.transform import _failure, _telling
from pipelines.ledger import Ledger, verify
from pipelines.privacy import key_problems
from pipelines.publish import read_status
from pipelines.settings import Settings


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Room for the sample's house and a little more."""
    with small_disk(tmp_path / "disk", mebibytes=256) as disk:
        yield disk


@pytest.mark.slow
@pytest.mark.requirement("R000-44", "R000-45", "R000-46")
def test_a_full_disk_loses_nothing_and_is_said_clearly(
    sample_run: SampleRun, disk: Disk, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data=disk.folder / "data")
    shutil.copytree(sample_run.settings.data, settings.data, symlinks=True)
    (settings.landing / "users" / "late.csv").write_text("user_id,username\nu1,ada\n,nobody\n")
    shown = (settings.published / "current").readlink()
    run = ["run", "--data", str(settings.data), "--as-of", "2026-04-02"]

    with disk.crowded(free_bytes=0):
        assert main(run) == FAILED
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("The step `ingest` failed. Ingesting into ")
    assert "No space left" in last or "File too large" in last
    assert "nothing was committed" in last
    assert Ledger(settings).position == 1

    # Room for a batch and for what dbt writes while it comes up, and for no table.
    with disk.crowded(free_bytes=64 * 1024):
        assert main(run) == FAILED
    last = capsys.readouterr().err.splitlines()[-1]
    # How much a step takes is the libraries' affair.
    assert re.match(r"The step `(load|transform)` failed\. ", last)
    assert "No space left" in last or "File too large" in last
    assert re.search(r"the ledger (and the published version are|is) whole", last)
    assert Ledger(settings).position == 2
    assert verify(settings) + key_problems(settings) == []
    assert (settings.published / "current").readlink() == shown

    assert main(run) == OK
    assert (settings.published / "current").readlink() != shown
    assert read_status(settings)["state"] == "ok"
    assert verify(settings) + key_problems(settings) == []


@pytest.mark.slow
@pytest.mark.requirement("R000-44")
def test_a_disk_that_may_not_be_written_is_said_clearly(
    disk: Disk, capsys: pytest.CaptureFixture[str]
) -> None:
    data = disk.folder / "data"
    with disk.read_only():
        assert main(["run", "--data", str(data), "--as-of", "2026-04-02"]) == FAILED
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith(f"The ledger in {data / 'ledger'} cannot be written: ")
    assert "Read-only file system" in last or "Permission denied" in last
    assert "; nothing was read or written; give this user the right to write there" in last
    assert not data.exists()


def test_of_all_that_dbt_prints_the_machine_s_failure_is_told() -> None:
    noise = "05:45 1 of 101 ERROR creating sql view model\n" * 500
    full = "05:46 [Errno 28] No space left on device"
    assert _telling(f"{noise}{full}\n{noise}") == f"its models: {full}"
    assert len(_telling(noise)) == 2000
    failure = _failure(CompletedProcess([], 1, full), {}, Path("dbt.log"))
    assert failure.allow_retries
    assert (failure.description or "").endswith(
        "nothing was published; see to the disk, the rights or the memory, and run again (the log is dbt.log)."
    )
