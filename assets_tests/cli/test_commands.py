"""What each command says, on which stream, and with which exit code."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines import report
from pipelines.cli import FAILED, OK, UNAVAILABLE, USAGE, _moment, main
from pipelines.defs import in_process
from pipelines.defs.in_process import RunError
from pipelines.errors import CairnError
from pipelines.ingest import ingest
from pipelines.ledger import Ledger, ledger_lock
from pipelines.publish import Failure, write_status
from pipelines.settings import Settings

ERROR_BODY = {
    "error": {
        "code": "PERFORMANCE_DATA_UNAVAILABLE",
        "message": "Performance data is temporarily unavailable",
    }
}


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly"],
        ["run", "--as-of", "yesterday"],
        ["run", "--as-of", "2026-02-30"],
        ["run", "--as-of", "1969-12-31"],
        ["run", "--as-of", "2200-01-01T00:00:00.000001Z"],
        ["run", "--as-off", "2026-04-01"],
        ["land"],
        ["land", "oulad"],
        ["land", "xapi"],
        ["status", "extra"],
        ["forget", "--user", "user_1", "--reason", ""],
        ["forget", "--user", "user_1", "--reason", "ticket 7", "--by", " "],
    ],
)
def test_usage_is_2_and_says_what_is_wrong(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == USAGE
    told = capsys.readouterr()
    assert told.out == ""
    assert "usage: cairn" in told.err


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CAIRN_THREADS", "0"),
        ("CAIRN_THREADS", "100000"),
        ("CAIRN_KEEP_VERSIONS", "x"),
        ("CAIRN_ROLE_GROUPS", "{bad"),
        ("CAIRN_MEMORY_LIMIT", "lots"),
        ("CAIRN_MEMORY_LIMIT", "4"),
        ("CAIRN_PSEUDONYM_KEY", "a short secret"),
    ],
)
def test_a_setting_that_is_none_is_2_and_named(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as left:
        main(["status"])
    assert left.value.code == USAGE
    told = capsys.readouterr().err
    assert told.startswith(f"{name} cannot be used (")
    assert told.endswith("; nothing was begun; correct what is set in the environment.\n")
    assert len(told.splitlines()) == 1
    assert "http" not in told
    assert "secret" not in told


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-04-01", datetime(2026, 4, 1, tzinfo=UTC)),
        ("2026-04-01T06:30", datetime(2026, 4, 1, 6, 30, tzinfo=UTC)),
        ("2026-04-01T06:30:00.000001Z", datetime(2026, 4, 1, 6, 30, 0, 1, tzinfo=UTC)),
        ("2026-04-01T02:00:00+02:00", datetime(2026, 4, 1, tzinfo=UTC)),
        ("2200-01-01", datetime(2200, 1, 1, tzinfo=UTC)),
    ],
)
def test_as_of_is_a_moment_in_utc(text: str, moment: datetime) -> None:
    assert _moment(text) == moment
    assert _moment(text).tzinfo is UTC


@pytest.mark.requirement("R000-47", "R000-48", "R000-49", "R000-50")
def test_status_without_a_version_is_the_documented_error(
    data_root: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "--data", str(data_root.data)]) == UNAVAILABLE
    told = capsys.readouterr()
    assert json.loads(told.out) == ERROR_BODY
    assert told.err == ""

    write_status(data_root, "run", Failure("load", "The disk is full; nothing was loaded."))
    assert main(["status", "--data", str(data_root.data)]) == UNAVAILABLE
    told = capsys.readouterr()
    assert json.loads(told.out) == ERROR_BODY
    assert told.err == "The step `load` failed. The disk is full; nothing was loaded.\n"


def test_a_reader_that_has_enough_is_no_error(data_root: Settings) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    status = ["status", "--data", str(data_root.data)]
    told = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *status], stdout=writing, stderr=subprocess.PIPE
    )
    os.close(writing)
    assert (told.returncode, told.stderr) == (OK, b"")


def test_a_run_that_fails_later_says_what_it_took_and_then_why(
    data_root: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RunError("The step `check` failed. A rule is broken.", {"ledger": {}})

    monkeypatch.setattr(in_process, "run_in_process", fail)
    monkeypatch.setattr(report, "taken", lambda _, facts: "Batch 2" * len(facts))
    assert main(["run", "--data", str(data_root.data)]) == FAILED
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.endswith("Batch 2\nThe step `check` failed. A rule is broken.\n")


def test_status_tells_what_is_published(
    data_root: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    _publish_by_hand(data_root)
    write_status(data_root, "run")
    assert main(["status", "--data", str(data_root.data)]) == OK
    assert json.loads(capsys.readouterr().out)["state"] == "ok"

    write_status(data_root, "run", Failure("check", "A rule is broken."))
    assert main(["status", "--data", str(data_root.data)]) == OK
    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["version"]) == ("stale", "v1")
    assert told["failure"]["error"] == "A rule is broken."


@pytest.mark.parametrize("content", ["", '{"n": 1}'])
def test_status_of_a_broken_version_is_the_documented_error_and_says_why(
    data_root: Settings, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    _publish_by_hand(data_root)
    write_status(data_root, "run")
    (data_root.published / "current" / "manifest.json").write_text(content)
    assert main(["status", "--data", str(data_root.data)]) == UNAVAILABLE
    told = capsys.readouterr()
    assert json.loads(told.out) == ERROR_BODY
    assert "manifest.json cannot be read (" in told.err
    assert "versions/v1 away and publish anew with `cairn run`" in told.err


@pytest.mark.requirement("R000-56")
def test_verify_names_what_was_changed(
    data_root: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    _ingest_a_user(data_root)
    assert main(["verify", "--data", str(data_root.data)]) == OK
    assert capsys.readouterr().out.startswith("The ledger is whole: 1 batch, head ")

    segment = data_root.ledger / "users" / "000001.parquet"
    segment.write_bytes(segment.read_bytes()[:-1])
    assert main(["verify", "--data", str(data_root.data)]) == FAILED
    told = capsys.readouterr()
    assert told.out == ""
    assert "users/000001.parquet" in told.err


@pytest.mark.parametrize("arguments", [["verify"], ["forget", "--user", "1", "--reason", "ticket"]])
@pytest.mark.parametrize("is_file", [False, True])
def test_where_there_is_no_ledger_that_is_said_and_none_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], is_file: bool
) -> None:
    mistyped = tmp_path / "typo"
    if is_file:
        mistyped.touch()
    assert main([*arguments, "--data", str(mistyped)]) == FAILED
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"There is no ledger in {mistyped}; nothing was changed; ")
    assert not mistyped.is_dir()


def test_a_source_that_is_no_oulad_is_one_sentence(
    data_root: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert main(["land", "oulad", str(empty), "--data", str(data_root.data)]) == FAILED
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 1
    assert not data_root.landing.exists()


def test_a_data_root_that_is_a_file_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, statements = tmp_path / "data", tmp_path / "statements.json"
    data.write_text("")
    statements.write_text("{}\n")
    assert main(["land", "xapi", str(statements), "--data", str(data)]) == FAILED
    told = capsys.readouterr()
    assert told.err.startswith("The machine refused: [Errno 20] Not a directory: ")
    assert len(told.err.splitlines()) == 1
    assert main(["status", "--data", str(data)]) == UNAVAILABLE
    assert json.loads(capsys.readouterr().out) == ERROR_BODY
    assert main(["run", "--data", str(data)]) == FAILED
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith(f"The ledger in {data}/ledger cannot be written: [Errno 20]")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device"),
            "The machine refused: [Errno 28] No space",
        ),
        (KeyboardInterrupt(), "Interrupted; what was committed and what is published stand; run "),
    ],
)
def test_a_forgetting_that_is_cut_short_says_that_its_batch_stands(
    data_root: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    said: str,
) -> None:
    _ingest_a_user(data_root)

    def break_down(_: Settings) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr("pipelines.warehouse.discard", break_down)
        arguments = ["--user", "1", "--reason", "ticket 7", "--data", str(data_root.data)]
        assert main(["forget", *arguments]) == FAILED
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(said)
    assert "what was committed and what is published stand" in told.err
    assert Ledger(data_root).position == 2
    assert main(["forget", *arguments]) == OK
    assert capsys.readouterr().out.startswith("Was forgotten already, in batch 2")


def test_a_ledger_line_that_is_none_is_one_sentence(
    data_root: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    _ingest_a_user(data_root)
    Ledger(data_root).file.write_text("{}\n")
    with pytest.raises(CairnError, match=r"cannot be read: ledger line 1 .*; see `cairn verify`"):
        Ledger(data_root).entries()
    assert main(["verify", "--data", str(data_root.data)]) == FAILED
    assert capsys.readouterr().err.startswith("ledger line 1 is no ledger entry")


@pytest.mark.parametrize("command", ["status", "verify"])
def test_looking_needs_neither_dagster_nor_dbt(command: str, data_root: Settings) -> None:
    code = (
        "import sys; from pipelines.cli import main;"
        f" main([{command!r}, '--data', {str(data_root.data)!r}]);"
        " sys.exit(any(name.split('.')[0] in ('dagster', 'dbt') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0


def test_the_data_root_is_cairn_data_unless_told(
    data_root: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _publish_by_hand(data_root)
    write_status(data_root, "run")
    monkeypatch.setenv("CAIRN_DATA", str(data_root.data))
    assert main(["status"]) == OK
    assert main(["status", "--data", str(data_root.data.parent)]) == UNAVAILABLE


def _ingest_a_user(settings: Settings) -> None:
    (settings.landing / "users").mkdir(parents=True)
    (settings.landing / "users" / "users.csv").write_text("user_id,username\n1,ada\n")
    with ledger_lock(settings) as lock:
        ingest(settings, lock)


def _publish_by_hand(settings: Settings) -> None:
    version = settings.published / "versions" / "v1"
    version.mkdir(parents=True)
    made_of = {
        "n": 1,
        "head": "a" * 64,
        "as_of": "2026-04-01T00:00:00.000000Z",
        "code_version": "c",
    }
    manifest = {"version": "v1", **made_of, "roles": {}, "tables": {}}
    (version / "manifest.json").write_text(json.dumps(manifest))
    (settings.published / "current").symlink_to(Path("versions") / "v1")
