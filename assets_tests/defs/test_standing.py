"""A run that would build what is built already does not build it again, says so, and still looks at everything else."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from assets_tests.conftest import SampleRun
from assets_tests.defs.test_failures import run_only
from pipelines import dbt
from pipelines.dbt_process import WaitingDbt
from pipelines.defs import publish, transform
from pipelines.defs.in_process import run_in_process
from pipelines.errors import CairnError
from pipelines.publish import read_manifest, read_status
from pipelines.report import summary
from pipelines.settings import Settings

MART = "internships/internship_aggregates"
PUBLISHED = [list(key.path) for key in publish.KEYS.values()]


def published_version(settings: Settings) -> str:
    return settings.current.resolve().name


def results_of_dbt(data: Path) -> bytes:
    return (data / "dbt" / "run_results.json").read_bytes()


def published_files(settings: Settings) -> dict[Path, tuple[int, int]]:
    """Every file of the current version, by its path: which file it is, and when it was written."""
    files = (path for path in (settings.published / "current").resolve().rglob("*"))
    return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in files if path.is_file()}


@pytest.mark.slow
@pytest.mark.requirement("R000-42", "R000-43")
def test_a_run_with_nothing_new_says_the_same_and_stands_on_what_was_built(
    sample_run: SampleRun, tmp_path: Path
) -> None:
    settings = sample_run.copy_to(tmp_path / "data")
    dbt_before, status_before = results_of_dbt(settings.data), read_status(settings)
    files_before = published_files(settings)

    outcome = run_in_process(settings, sample_run.as_of)
    assert results_of_dbt(settings.data) == dbt_before
    assert outcome.facts[MART]["built_by_run"] == status_before["run_id"]
    assert "Warning" not in summary(settings, outcome.facts, ())
    earlier = {**outcome.facts, "published/admin": {"is_earlier": True}}
    assert "Warning: readers saw a version that is judged later" in summary(settings, earlier, ())
    assert "intermediate/int_internship_days" not in outcome.facts, "it was not made again"
    published = read_manifest(sample_run.current)["tables"]
    del published["ops.run_metrics"]  # it tells of the run itself
    told = {name: outcome.facts[name.replace(".", "/")] for name in published}
    assert {name: (table["fingerprint"], table["rows"]) for name, table in published.items()} == {
        name: (facts["fingerprint"], facts["dagster/row_count"]) for name, facts in told.items()
    }
    assert published_files(settings) == files_before
    status = read_status(settings)
    assert status["run_id"] != status_before["run_id"]
    assert {**status, "run_id": None} == {**status_before, "run_id": None}

    segment = next((settings.ledger / "users").glob("*.parquet"))
    segment.write_bytes(segment.read_bytes()[:-1])
    with pytest.raises(CairnError, match="is not what was committed"):
        run_in_process(settings, sample_run.as_of)
    assert read_status(settings)["state"] == "stale"


@pytest.mark.slow
def test_a_part_that_is_made_again_leaves_the_whole_as_it_was(
    sample_run: SampleRun, loaded: dg.Definitions, tmp_path: Path
) -> None:
    settings = sample_run.copy_to(tmp_path / "data")
    assert run_only(loaded, settings, ["org", "weeks"]).success
    assert run_only(loaded, settings, *PUBLISHED).success
    assert published_version(settings) == published_version(sample_run.settings)


@pytest.mark.slow
def test_a_domain_can_be_made_alone(
    sample_run: SampleRun, loaded: dg.Definitions, tmp_path: Path
) -> None:
    settings = sample_run.copy_to(tmp_path / "data")
    selected = {s.key for s in loaded.resolve_all_asset_specs() if s.group_name == "skills"}
    made = run_only(loaded, settings, *(list(key.path) for key in selected))
    assert made.success
    assert {e.asset_key for e in made.get_asset_materialization_events()} == selected
    assert published_version(settings) == published_version(sample_run.settings)


@pytest.mark.slow
def test_one_role_s_asset_publishes_for_all(
    sample_run: SampleRun, loaded: dg.Definitions, tmp_path: Path
) -> None:
    settings = sample_run.copy_to(tmp_path / "data")
    shutil.rmtree(settings.published)
    made = run_only(loaded, settings, PUBLISHED[0])
    assert made.success
    assert [e.asset_key.path for e in made.get_asset_materialization_events()] == [PUBLISHED[0]]
    assert {path.name for path in settings.current.iterdir()} == {*publish.KEYS, "manifest.json"}


@pytest.mark.slow
def test_tables_of_another_moment_are_not_published(
    sample_run: SampleRun, loaded: dg.Definitions, tmp_path: Path
) -> None:
    settings = sample_run.copy_to(tmp_path / "data")
    for made in (["ops", "run"], ["org", "weeks"]):
        assert run_only(loaded, settings, made).success
        assert not run_only(loaded, settings, *PUBLISHED).success
        assert "its tables were not all built for it" in read_status(settings)["failure"]["error"]
    assert published_version(settings) == published_version(sample_run.settings)


@pytest.mark.slow
def test_tables_that_other_code_made_are_made_anew_and_not_published_by_themselves(
    sample_run: SampleRun,
    loaded: dg.Definitions,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = sample_run.copy_to(tmp_path / "data")
    monkeypatch.setattr(transform, "code_version", lambda: "other code")
    before = results_of_dbt(settings.data)
    assert run_only(loaded, settings, ["org", "weeks"]).success
    assert results_of_dbt(settings.data) != before
    assert not run_only(loaded, settings, *PUBLISHED).success
    assert "its tables were not all built for it" in read_status(settings)["failure"]["error"]


@pytest.mark.slow
def test_a_waiting_dbt_is_gone_when_it_is_not_needed(sample_run: SampleRun, tmp_path: Path) -> None:
    settings = sample_run.copy_to(tmp_path / "data")
    dismissed = dbt.waiting_dbt(settings)
    dismissed.dismiss()
    assert isinstance(dismissed, WaitingDbt)
    assert dismissed._process.returncode == -9
    told_nothing = subprocess.run(
        [sys.executable, "-m", "pipelines.dbt_process", dbt.TARGET / dbt.PARSED_STATE],
        stdin=subprocess.DEVNULL,
    )
    assert told_nothing.returncode == 1
    finished = dbt.waiting_dbt(settings).run("--quiet", "ls", "--select", "weeks")
    assert finished.returncode == 0
    assert "cairn.marts.org.weeks" in finished.stdout
