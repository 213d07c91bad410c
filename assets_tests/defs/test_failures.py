"""What a failure leaves behind: the published version, a status that says why, and a ledger that is whole."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from assets_tests.conftest import SampleRun
from assets_tests.full_disk import small_disk
from pipelines import dbt
from pipelines.checks.run import check_contract
from pipelines.contracts import CONTRACTS
from pipelines.defs import checks, ingest, publish, transform
from pipelines.defs.house import sentence, without_values
from pipelines.defs.in_process import SILENT, RunError, _failure, run_in_process
from pipelines.defs.jobs import run_config
from pipelines.errors import CairnError
from pipelines.ingest import batch
from pipelines.ingest.landing import scan
from pipelines.ledger import Ledger, ledger_lock
from pipelines.ledger import verify as problems_of
from pipelines.publish import read_status
from pipelines.report import taken
from pipelines.settings import Settings
from pipelines.warehouse import connect, discard, load, read_run

pytestmark = pytest.mark.slow

NEXT_NIGHT = datetime(2026, 4, 2, tzinfo=UTC)


def run_only(
    loaded: dg.Definitions, settings: Settings, *keys: list[str]
) -> dg.ExecuteInProcessResult:
    """The steps of a few assets and of the checks that stand on them."""
    return loaded.resolve_job_def("nightly").execute_in_process(
        run_config={**run_config(NEXT_NIGHT, data=settings.data), **SILENT},
        asset_selection=[dg.AssetKey(key) for key in keys],
        instance=dg.DagsterInstance.ephemeral(),
        raise_on_error=False,
    )


def outcomes(result: dg.ExecuteInProcessResult, step: str) -> list[str]:
    kinds = ("STEP_UP_FOR_RETRY", "STEP_FAILURE", "STEP_SUCCESS")
    return [e.event_type_value for e in result.events_for_node(step) if e.event_type_value in kinds]


def test_a_current_that_is_a_folder_stops_the_run_before_its_work(
    sample_run: SampleRun, tmp_path: Path
) -> None:
    settings = sample_run.copy_to(tmp_path / "data")
    version = settings.current.resolve()
    settings.current.unlink()
    version.rename(settings.current)
    with pytest.raises(CairnError, match=r"The step `ingest` failed\. .* is a folder and no link"):
        run_in_process(settings, NEXT_NIGHT)
    assert read_status(settings)["state"] == "stale"


@pytest.mark.requirement("R000-44", "R000-45", "R000-50")
def test_a_failed_check_leaves_current_as_it_was(
    sample_run: SampleRun,
    loaded: dg.Definitions,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = sample_run.copy_to(tmp_path / "data")
    before = (settings.published / "current").readlink()
    (settings.landing / "users" / "late.csv").write_bytes(b"user_id\nJos\xe9\n")
    rules = checks.RULES
    rule, another, *others = rules
    broken = [replace(r, sql=f"select 1 from {r.tables[0]} limit 3") for r in (rule, another)]
    monkeypatch.setattr(checks, "RULES", (*broken, *others))

    with pytest.raises(
        RunError, match=rf"The step `check` failed\. {rule.name} fails on"
    ) as failed:
        run_in_process(settings, NEXT_NIGHT)

    assert rule.description in str(failed.value)
    assert f" So do {another.name} on {another.tables[0]}." in str(failed.value)
    told = taken(settings, failed.value.facts)
    assert told.startswith("Batch 2: 1 row read from 1 file of 1 contract\n")
    assert "Unreadable: users/late.csv (not UTF-8: " in told
    assert "nothing was published" in str(failed.value)
    assert (settings.published / "current").readlink() == before
    assert [path.name for path in (settings.published / "versions").iterdir()] == [before.name]
    status = read_status(settings)
    assert (status["state"], status["version"]) == ("stale", before.name)
    assert status["failure"]["step"] == "check"
    assert rule.name in status["failure"]["error"]
    assert problems_of(settings) == []

    by_itself = run_only(loaded, settings, *(list(key.path) for key in publish.KEYS.values()))
    assert not by_itself.success
    assert "a table failed a blocking check" in read_status(settings)["failure"]["error"]
    assert (settings.published / "current").readlink() == before

    monkeypatch.setattr(checks, "RULES", rules)
    run_in_process(settings, NEXT_NIGHT)
    assert read_status(settings)["state"] == "ok"
    assert (settings.published / "current").readlink() != before


def test_loaded_rows_that_failed_their_contract_fail_every_run_until_they_are_loaded_anew(
    sample_run: SampleRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = sample_run.copy_to(tmp_path / "data")
    skills = settings.landing / "skills"

    def load_with_a_fault(*arguments: Any) -> Any:
        report = load(*arguments)
        with connect(settings) as connection:
            connection.execute("update raw.skills set skill_name = null where skill_id = 'new'")
        return report

    with monkeypatch.context() as patched:
        patched.setattr(ingest, "load", load_with_a_fault)
        (skills / "new.csv").write_text("skill_id,skill_name\nnew,New\n")
        with pytest.raises(CairnError, match=r"contract fails on raw\.skills: 1 of 1 rows"):
            run_in_process(settings, NEXT_NIGHT)
    (skills / "newer.csv").write_text("skill_id,skill_name\nnewer,Newer\n")
    with pytest.raises(CairnError, match=r"contract fails on raw\.skills: 1 of 2 rows"):
        run_in_process(settings, NEXT_NIGHT)
    with connect(settings) as connection:
        run = read_run(connection)
    discard(settings)
    load(settings, run)
    with connect(settings) as connection:
        judged = check_contract(connection, CONTRACTS["skills"])
    assert judged.passed
    assert judged.rows_checked > 2


@pytest.mark.requirement("R000-46")
def test_a_step_that_fails_once_is_tried_again(
    loaded: dg.Definitions, data_root: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts = []

    def fail_once(*arguments: Any) -> Any:
        attempts.append(arguments)
        if len(attempts) == 1:
            raise OSError("No space left on device")
        return scan(*arguments)

    monkeypatch.setattr(batch, "scan", fail_once)
    result = run_only(loaded, data_root, ["ledger"])
    assert outcomes(result, "ingest") == ["STEP_UP_FOR_RETRY", "STEP_SUCCESS"]
    assert result.success


@pytest.mark.requirement("R000-45", "R000-46", "G000-17")
def test_a_step_that_keeps_failing_ends_the_run_and_says_so(
    loaded: dg.Definitions, data_root: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> Any:
        raise OSError("No space left on device")

    monkeypatch.setattr(batch, "scan", fail)
    result = run_only(loaded, data_root, ["ledger"])
    assert outcomes(result, "ingest") == ["STEP_UP_FOR_RETRY"] * 2 + ["STEP_FAILURE"]
    status = read_status(data_root)
    assert status["state"] == "unavailable"
    assert status["failure"]["step"] == "ingest"
    assert re.match(
        "Ingesting into .* failed: No space left on device; nothing was committed",
        status["failure"]["error"],
    )

    # Where not even the status could be written, the run's own events say it.
    (data_root.published / "status.json").unlink()
    assert _failure(data_root, result) == f"The step `ingest` failed. {status['failure']['error']}"


def test_readers_are_told_of_assets_that_were_made_without_a_job(
    loaded: dg.Definitions, data_root: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> Any:
        raise CairnError("The lift is out of order.")

    monkeypatch.setattr(ingest, "load", fail)
    made = dg.materialize(
        [*(loaded.assets or ())],
        resources=loaded.resources,
        run_config=run_config(NEXT_NIGHT, data=data_root.data),
        raise_on_error=False,
    )
    assert not made.success
    assert read_status(data_root)["failure"]["error"] == "The lift is out of order."


@pytest.mark.requirement("R000-56")
def test_a_damaged_ledger_is_refused_at_once(
    sample_run: SampleRun, loaded: dg.Definitions, tmp_path: Path
) -> None:
    settings = sample_run.copy_to(tmp_path / "data")
    segment = next((settings.ledger / "users").glob("*.parquet"))
    content = bytearray(segment.read_bytes())
    content[len(content) // 2] ^= 1
    segment.write_bytes(bytes(content))

    result = run_only(loaded, settings, ["ledger"])
    assert outcomes(result, "ingest") == ["STEP_FAILURE"]
    status = read_status(settings)
    assert status["state"] == "stale"
    assert segment.name in status["failure"]["error"]


def test_a_second_run_is_told_who_holds_the_ledger_and_disturbs_nothing(
    data_root: Settings,
) -> None:
    with (
        ledger_lock(data_root),
        pytest.raises(CairnError, match=r"^Another run holds the ledger in .*process \d+ on "),
    ):
        run_in_process(data_root, NEXT_NIGHT)
    assert Ledger(data_root).entries() == []
    assert not data_root.published.exists()


def test_a_mart_that_dbt_cannot_build_is_named(
    sample_run: SampleRun, loaded: dg.Definitions, tmp_path: Path
) -> None:
    settings = sample_run.copy_to(tmp_path / "data")
    with connect(settings) as connection:
        connection.execute("drop table raw.users cascade")

    result = run_only(loaded, settings, ["staging", "stg_users_versions"])
    assert outcomes(result, "transform") == ["STEP_FAILURE"]
    error = read_status(settings)["failure"]["error"]
    assert error.startswith("dbt could not build stg_users_versions: ")
    assert "Table with name users does not exist" in error
    assert "dbt.log" in error


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (
            "Conversion Error: Could not convert string 'o'hara' to INT32",
            "Conversion Error: Could not convert string '...' to INT32",
        ),
        (
            'Constraint Error: Duplicate key "user_id: u1" violates primary key',
            "Constraint Error: Duplicate key '...' violates primary key",
        ),
        ('Binder Error: column "scor" not found', 'Binder Error: column "scor" not found'),
        ("[Errno 28] No space left on device: 'a.tmp'",) * 2,
    ],
)
def test_what_an_error_quotes_of_a_row_is_told_to_nobody(message: str, told: str) -> None:
    assert without_values(message) == told
    failed = {"model.cairn.m": {"status": "error", "message": message}}
    failure = transform._failure(subprocess.CompletedProcess([], 1, ""), failed, Path("dbt.log"))
    assert (failure.description or "").startswith(f"dbt could not build m: {told}; the ledger")


def test_a_model_that_dbt_passes_over_fails_the_run(
    sample_run: SampleRun, loaded: dg.Definitions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dagster alone would skip what comes after it and call the run a success."""
    settings = sample_run.copy_to(tmp_path / "data")
    build = transform._build

    def without_weeks(*arguments: Any) -> Any:
        return {name: r for name, r in build(*arguments).items() if not name.endswith(".weeks")}

    monkeypatch.setattr(transform, "_build", without_weeks)
    result = run_only(loaded, settings, ["org", "weeks"], ["org", "users"])
    assert not result.success
    assert "without building org/weeks" in read_status(settings)["failure"]["error"]


def test_a_project_that_cannot_be_parsed_names_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "dbt_project"
    shutil.copytree(dbt.PROJECT, copy, ignore=shutil.ignore_patterns("target", "logs"))
    monkeypatch.setattr(dbt, "PROJECT", copy)
    monkeypatch.setattr(dbt, "TARGET", copy / "target")
    dbt.manifest()
    parsed_at = (copy / "target" / "manifest.json").stat().st_mtime_ns
    dbt.manifest()
    assert (copy / "target" / "manifest.json").stat().st_mtime_ns == parsed_at

    (copy / "models" / "marts" / "org" / "weeks.sql").write_text(
        "select {{ ref('nothing_of_this_name') }}"
    )
    with pytest.raises(CairnError, match="nothing_of_this_name"):
        dbt.manifest()


def test_a_parse_that_was_cut_short_or_overtaken_is_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, parses = tmp_path / "dbt_project", 0
    source = project / "models" / "weeks.sql"
    source.parent.mkdir(parents=True)
    source.write_text("select 1")
    saved_meanwhile = iter((False, True, False))

    def parse(*_: Any, **__: Any) -> Any:
        """What dbt does, and somebody who saves what it has read before it writes."""
        nonlocal parses
        parses += 1
        begun = (dbt.TARGET / ".lock").stat().st_mtime_ns
        if next(saved_meanwhile):
            os.utime(source, ns=(begun + 1, begun + 1))
        (dbt.TARGET / dbt.PARSED_STATE).touch()
        (dbt.TARGET / "manifest.json").write_text("{}")
        os.utime(dbt.TARGET / "manifest.json", ns=(begun + 2, begun + 2))
        return subprocess.CompletedProcess([], 0, "")

    monkeypatch.setattr(dbt, "PROJECT", project)
    monkeypatch.setattr(dbt, "TARGET", project / "target")
    monkeypatch.setattr(dbt.subprocess, "run", parse)
    for _ in range(2):
        assert dbt.manifest() == {}
    assert parses == 1
    (dbt.TARGET / "manifest.json").write_text('{"nod')
    assert dbt.manifest() == {}
    assert parses == 2
    assert dbt.manifest() == {}
    assert parses == 3, "what was saved meanwhile was never parsed"


def test_code_that_may_not_be_written_is_used_as_it_was_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "dbt_project"
    source = project / "models" / "weeks.sql"
    source.parent.mkdir(parents=True)
    source.write_text("select 1")
    monkeypatch.setattr(dbt, "PROJECT", project)
    with small_disk(project / "target", mebibytes=1) as disk:
        monkeypatch.setattr(dbt, "TARGET", disk.folder)
        for name in (dbt.PARSED_STATE, dbt.MANIFEST):
            (disk.folder / name).write_text('{"nodes": {}}')
        parsed_at = (disk.folder / dbt.MANIFEST).stat().st_mtime_ns
        os.utime(source, ns=(parsed_at, parsed_at))
        os.utime(source.parent, ns=(parsed_at, parsed_at))
        with disk.read_only():
            assert dbt.manifest() == {"nodes": {}}
        os.utime(source, ns=(parsed_at + 1, parsed_at + 1))
        with disk.read_only(), pytest.raises(CairnError, match=r"`python -m pipelines\.dbt` once"):
            dbt.manifest()


def test_what_nobody_foresaw_is_said_in_one_sentence() -> None:
    told = sentence("KeyError", "'a name'\nat line 7")
    assert told == (
        "KeyError: '...'; the ledger and the published version are whole; run again, and report it with the log"
        " if it stays."
    )
    full = sentence("OSError", "[Errno 28] No space left on device")
    assert full.endswith("are whole; see to the disk, the rights or the memory, and run again.")


@pytest.mark.parametrize(
    ("as_of", "said"),
    [
        ("yesterday", "'yesterday' is no timestamp"),
        ("2200-01-02", "'2200-01-02' is not in 1970-01-01..2200"),
    ],
)
def test_an_as_of_that_is_none_is_refused_before_anything_is_taken(
    loaded: dg.Definitions, data_root: Settings, as_of: str, said: str
) -> None:
    (data_root.landing / "users").mkdir(parents=True)
    (data_root.landing / "users" / "users.csv").write_text("user_id,username\n1,ada\n")
    config = {"house": {"config": {"as_of": as_of, "data": str(data_root.data)}}}
    result = loaded.resolve_job_def("nightly").execute_in_process(
        run_config={"resources": config, **SILENT},
        instance=dg.DagsterInstance.ephemeral(),
        raise_on_error=False,
    )
    told = _failure(data_root, result)
    assert told.startswith(f"The run was told an `as_of` that cannot be used: {said}")
    assert "nothing was begun" in told
    assert Ledger(data_root).entries() == []


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        ('{"ai": "no-such-group"}', "cannot be given to the group 'no-such-group'"),
        ('{"robot": "root"}', "CAIRN_ROLE_GROUPS names robot"),
        ("robot", "CAIRN_ROLE_GROUPS cannot be used"),
    ],
)
def test_groups_that_are_none_are_refused_before_anything_is_taken(
    data_root: Settings, monkeypatch: pytest.MonkeyPatch, groups: str, said: str
) -> None:
    monkeypatch.setenv("CAIRN_ROLE_GROUPS", groups)
    with pytest.raises(CairnError, match=said):
        run_in_process(data_root, NEXT_NIGHT)
    assert Ledger(data_root).position == 0


def test_readers_are_told_that_nobody_can_be_given_their_files(
    data_root: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAIRN_ROLE_GROUPS", '{"ai": "no-such-group"}')
    with pytest.raises(CairnError, match="no-such-group"):
        run_in_process(data_root, NEXT_NIGHT)
    assert "no-such-group" in read_status(data_root)["failure"]["error"]


def test_publishing_refuses_a_warehouse_that_is_not_there(
    loaded: dg.Definitions, data_root: Settings
) -> None:
    result = run_only(loaded, data_root, *(list(key.path) for key in publish.KEYS.values()))
    assert outcomes(result, "publish") == ["STEP_FAILURE"]
    assert "There is no warehouse" in read_status(data_root)["failure"]["error"]


def test_a_part_that_is_made_again_measures_itself_once(
    sample_run: SampleRun, loaded: dg.Definitions, tmp_path: Path
) -> None:
    settings = sample_run.copy_to(tmp_path / "data")
    result = run_only(loaded, settings, ["org", "weeks"])
    assert result.success
    assert outcomes(result, "check") == ["STEP_SUCCESS"]
    with connect(settings) as connection:
        measured = connection.execute(
            "select metric, dimension, value from raw.run_metrics where run_id = ? order by all",
            [result.run_id],
        ).fetchall()
    assert [(metric, dimension) for metric, dimension, _ in measured] == [
        ("mart_duration_ms", "org.weeks"),
        ("mart_rows", "org.weeks"),
        ("step_duration_ms", "check"),
        ("step_duration_ms", "transform"),
        ("step_rows", "check"),
        ("step_rows", "transform"),
    ]
