"""`cairn run`, whole: from a landing with flaws to a summary, and the same again from a rebuilt warehouse."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from assets_tests.conftest import ROOT, SampleRun
from pipelines.cli import FAILED, OK, QUARANTINED, main
from pipelines.publish import read_manifest, read_status

STEPS = ("ingest", "load", "check raw", "transform", "check", "publish")


@pytest.mark.requirement("R000-10")
def test_strict_ends_with_4_when_rows_were_quarantined(
    sample_run: SampleRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = sample_run.copy_to(tmp_path / "my data")
    late = settings.landing / "users" / "late.csv"
    late.write_text(
        "user_id,username,role,shoe\0size\nlate-1,ada,student,38\nlate-2,bob,wizard,44\n"
    )
    (settings.landing / "skills" / "late.xls").write_text("skill_id,skill_name\n")
    (settings.landing / "users" / "2026").mkdir()
    (settings.landing / "users" / "2026" / "late.csv").write_text("user_id\nlate-3\n")
    (settings.landing / "users" / "\x1b[2Jgone\n.csv").symlink_to("nowhere.csv")
    (settings.landing / "wishes").mkdir()
    for number in range(10, 21):
        (settings.landing / "wishes" / f"{number}.csv").write_text("wish\nsnow\n")

    arguments = ["run", "--strict", "--data", str(settings.data), "--as-of", "2026-04-02"]
    assert main(arguments) == QUARANTINED

    told = capsys.readouterr()
    progress = [line.split("  ")[0].strip() for line in told.err.splitlines() if "(" in line]
    assert progress == list(STEPS)
    assert "Batch 2: 3 rows read from 2 files of 2 contracts\n" in told.out
    assert (
        "             1 accepted\n             0 duplicates\n             2 quarantined\n"
        in told.out
    )
    assert "             1 users enum:role\n" in told.out
    assert (
        "Unreadable: skills/late.xls (no format has the suffix '.xls'; save it as .csv, "
        in told.out
    )
    assert "Ignored columns in users/late.csv: shoe\\x00size\n" in told.out
    assert (
        "Not read, because only files directly in landing/users/ are (unknown_contract): users/2026/late.csv\n"
        "Not read, because no contract has the name of its folder (unknown_contract): wishes/10.csv\n"
    ) in told.out
    assert (
        "(unknown_contract): wishes/18.csv\n  and 2 more files that are not read\n"
        "Passed over, because it is no file: users/\\x1b[2Jgone\\n.csv\n"
    ) in told.out
    version = (settings.published / "current").readlink().name
    assert f"Published {version}\n" in told.out
    [command] = [line for line in told.out.splitlines() if "duckdb -readonly" in line]
    shown = subprocess.run(command, shell=True, capture_output=True, text=True)
    assert shown.returncode == 0, shown.stderr
    assert "inst_3001" in shown.stdout
    assert read_status(settings)["as_of"] == "2026-04-02T00:00:00.000000Z"


@pytest.mark.slow
def test_a_failed_run_is_1_and_one_sentence(
    sample_run: SampleRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = sample_run.copy_to(tmp_path / "data")
    lines = (settings.ledger / "ledger.jsonl").read_text()
    entry = json.loads(lines)
    entry["contracts"]["users"]["accepted"] += 1
    (settings.ledger / "ledger.jsonl").write_text(json.dumps(entry) + "\n")

    assert main(["run", "--data", str(settings.data), "--as-of", "2026-04-02"]) == FAILED

    told = capsys.readouterr()
    assert told.out == ""
    last = told.err.splitlines()[-1]
    assert last.startswith("The step `ingest` failed. The ledger in ")
    assert "ledger line 1 was edited" in last
    assert read_status(settings)["state"] == "stale"


def test_steps_measure_themselves(sample_run: SampleRun, tmp_path: Path) -> None:
    import duckdb

    with duckdb.connect(sample_run.settings.warehouse, read_only=True) as connection:
        measured = dict(
            connection.execute(
                "select dimension, value from raw.run_metrics where metric = 'step_rows'"
            ).fetchall()
        )
    assert measured.keys() == set(STEPS)
    assert measured["ingest"] >= measured["load"] > 0


def test_an_empty_landing_publishes_empty_tables(
    sample_run: SampleRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    assert main(["run", "--data", str(data), "--as-of", "2026-04-01"]) == OK
    missing = f"Nothing new in landing: there is no folder {data}/landing."
    assert capsys.readouterr().out.startswith(f"{missing}\nPublished n000000-")
    manifest = read_manifest(data / "published" / "current")
    sample = read_manifest(sample_run.current)
    assert manifest["tables"].keys() == sample["tables"].keys()
    assert manifest["tables"]["internships.internship_aggregates"]["rows"] == 0


def test_an_interrupted_run_stops_and_publishes_nothing(
    sample_run: SampleRun, tmp_path: Path
) -> None:
    settings = sample_run.copy_to(tmp_path / "data")
    before = (settings.published / "current").readlink()
    command = [sys.executable, "-m", "pipelines.cli", "run", "--data", str(settings.data)]
    with subprocess.Popen(
        [*command, "--as-of", "2026-04-02"],
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        # A test run in the background has inherited that interrupts are ignored.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stderr is not None
        next(line for line in process.stderr if line.startswith("transform"))
        process.send_signal(signal.SIGINT)
        last = process.stderr.readlines()[-1]
    assert process.returncode == FAILED
    assert last.startswith("The step `transform` failed. The run was interrupted; ")
    assert (settings.published / "current").readlink() == before
    assert read_status(settings)["state"] == "stale"
