"""`cairn forget` on the whole pipeline: what is served, what is kept, and what the report says is left."""

from __future__ import annotations

import contextlib
import io
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from assets_tests.conftest import SampleRun
from assets_tests.privacy.traces import files_with, kept_files_with
from pipelines.cli import FAILED, OK, main
from pipelines.dbt import run_target
from pipelines.defs import ingest
from pipelines.errors import CairnError
from pipelines.publish import read_manifest, read_status
from pipelines.settings import Settings

AMARA = ("amara.okafor", "amara.okafor@harborlight.example")


@dataclass(frozen=True)
class Told:
    """A house in which somebody was forgotten at the second attempt, what it published before, and what was said."""

    settings: Settings
    before: dict[str, str | None]
    old_version: str
    kept_meanwhile: bool
    first: str
    error: str
    second: str


@pytest.fixture(scope="module")
def told(sample_run: SampleRun, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The first attempt ends in the run that should publish without the name; the second one goes through."""
    settings = sample_run.copy_to(tmp_path_factory.mktemp("forgetful") / "data")
    with (run_target(settings) / "dbt.log").open("a") as log:
        log.write(f"Could not convert string '{AMARA[0]}' to INT32")
    shown = read_manifest(settings.published / "current")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ingest, "load", out_of_order)
        first, error = said_of(FAILED, settings)
    kept_meanwhile = read_manifest(settings.published / "current") == shown
    second, _ = said_of(OK, settings)
    before = {name: table["fingerprint"] for name, table in shown["tables"].items()}
    return Told(settings, before, shown["version"], kept_meanwhile, first, error, second)


def out_of_order(*_: object) -> None:
    raise CairnError("The lift is out of order; nothing was loaded.")


def said_of(code: int, settings: Settings) -> tuple[str, str]:
    """What the command printed on its way to this exit code."""
    out, err = io.StringIO(), io.StringIO()
    arguments = ["--user", "user_1001", "--reason", "ticket 7", "--by", "officer"]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        assert main(["forget", *arguments, "--data", str(settings.data)]) == code
    return out.getvalue(), err.getvalue()


def test_no_file_but_landing_shows_the_name(told: Told) -> None:
    assert kept_files_with(told.settings, AMARA) == []
    assert files_with(told.settings.landing, AMARA) == [
        "users/2026-03-24.jsonl",
        "users/2026-03-31.csv",
    ]


def test_the_next_version_shows_a_pseudonym_and_changes_nothing_else(told: Told) -> None:
    shown = read_manifest(told.settings.published / "current")
    after = {name: table["fingerprint"] for name, table in shown["tables"].items()}
    changed = {name for name in after if after[name] != told.before[name]}
    assert changed == {
        *("org.users", "performance.user_performance"),
        *("ops.batches", "ops.quarantine"),
    }
    assert (shown["n"], shown["as_of"]) == (2, "2026-04-01T00:00:00.000000Z")
    with duckdb.connect(told.settings.published / "current/admin/cairn.duckdb") as reader:
        [(name, role)] = reader.execute(
            "select username, role from org.users where user_id = 'user_1001'"
        ).fetchall()
        [(others,)] = reader.execute(
            "select count(*) from org.users where username like 'forgotten-%'"
        ).fetchall()
        reasons = reader.execute(
            "select len(reasons) from ops.quarantine where contract = 'users' and raw is null"
        ).fetchall()
    assert name.startswith("forgotten-") and role == "student"
    assert others == 1
    assert reasons == [(1,)] * 3


def test_versions_that_showed_the_name_are_gone(told: Told) -> None:
    versions = [path.name for path in (told.settings.published / "versions").iterdir()]
    assert len(versions) == 1 and told.old_version not in versions
    assert read_status(told.settings)["state"] == "ok"


def test_the_ledger_verifies(told: Told, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--data", str(told.settings.data)]) == OK
    assert capsys.readouterr().out.startswith("The ledger is whole: 2 batches")


def test_the_report_says_what_was_done_and_what_is_left(told: Told) -> None:
    said = told.first.splitlines()
    assert said[0].startswith("Forgotten in batch 2 at ")
    assert "on the word of officer: user_1001, from now on forgotten-" in said[0]
    assert said[1].startswith(
        "  sealed for ever: name and address in 1 accepted row, the text of 3"
    )
    again = told.second.splitlines()
    assert again[0] == said[0].replace("Forgotten", "Was forgotten already,", 1)
    assert any(line.startswith("Published n000002-20260401T000000") for line in again)
    left = again[again.index("What is left:") + 1 :]
    assert "users/2026-03-31.csv" in left[0]
    for word in ("backups", "user_1001", "registration decisions"):
        assert any(word in line for line in left), word
    assert not any(name in told.first + told.second for name in AMARA)


def test_a_run_that_fails_leaves_the_version_and_says_that_it_still_shows_the_name(
    told: Told,
) -> None:
    last = told.error.splitlines()[-1]
    assert last.startswith("The step `load` failed. The lift is out of order; nothing was loaded.")
    assert "the published version still shows the name" in last
    assert told.kept_meanwhile


def test_where_nothing_is_published_nothing_is_run(
    sample_run: SampleRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data=tmp_path / "data")
    for folder in ("ledger", "quarantine"):
        shutil.copytree(sample_run.settings.data / folder, settings.data / folder)
    shutil.copy2(sample_run.settings.keys, settings.keys)
    forget = ["forget", "--user", "user_1003", "--reason", "x", "--data", str(settings.data)]
    assert main(forget) == OK
    assert "Published" not in capsys.readouterr().out
    assert not settings.published.exists() or not (settings.published / "current").exists()
