"""The schedule and the sensor, asked what they would start."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from pipelines.defs.in_process import SILENT
from pipelines.defs.ingest import load_warehouse
from pipelines.defs.jobs import landing_changed, nightly_at_two
from pipelines.ledger import Ledger
from pipelines.settings import Settings
from pipelines.warehouse import connect, read_run


def house(request: dg.RunRequest) -> dict[str, Any]:
    config: dict[str, Any] = request.run_config["resources"]["house"]["config"]
    return config


def as_of(request: dg.RunRequest) -> datetime:
    return datetime.fromisoformat(house(request)["as_of"])


@pytest.fixture
def landing(data_root: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CAIRN_DATA", str(data_root.data))
    (data_root.landing / "users").mkdir(parents=True)
    return data_root.landing


def tick(cursor: str | None) -> tuple[dg.RunRequest | dg.SkipReason, str | None]:
    with dg.build_sensor_context(cursor=cursor) as context:
        result = landing_changed(context)
        assert isinstance(result, dg.RunRequest | dg.SkipReason)
        return result, context.cursor


def test_a_run_that_is_started_by_hand_is_judged_at_the_moment_it_was_created(
    landing: Path, data_root: Settings, loaded: dg.Definitions
) -> None:
    """Without any configuration, as from Dagster's UI; what lands undated holds from that moment on."""
    (landing / "users" / "users.csv").write_text("user_id,username\n1,ada\n")
    instance = dg.DagsterInstance.ephemeral()
    result = loaded.resolve_job_def("nightly").execute_in_process(
        run_config=SILENT,
        asset_selection=[dg.AssetKey("ledger"), *(spec.key for spec in load_warehouse.specs)],
        instance=instance,
    )
    created = instance.get_run_record_by_id(result.run_id)
    assert created is not None
    assert [entry.time for entry in Ledger(data_root).entries()] == [created.create_timestamp]
    with connect(data_root) as connection:
        assert read_run(connection).as_of == created.create_timestamp


@pytest.mark.requirement("R000-11", "R000-12")
def test_the_schedule_judges_at_that_days_midnight() -> None:
    night = datetime(2026, 4, 1, 2, tzinfo=UTC)
    with dg.build_schedule_context(scheduled_execution_time=night) as context:
        request = nightly_at_two(context)
    assert isinstance(request, dg.RunRequest)
    assert as_of(request) == datetime(2026, 4, 1, tzinfo=UTC)
    assert not house(request)["is_now"]
    assert (nightly_at_two.cron_schedule, nightly_at_two.execution_timezone) == ("0 2 * * *", "UTC")


def test_the_sensor_passes_over_an_empty_landing_and_files_that_wait(landing: Path) -> None:
    (landing / "users" / "half.csv.tmp").write_text("user_id\n")
    (landing / "users" / ".hidden.csv").write_text("user_id\n")
    (landing / "users" / "gone.csv").symlink_to("nowhere.csv")
    (landing / "users" / "loop.csv").symlink_to("loop.csv")
    for parked in ("_parked", ".git"):
        (landing / parked / "users").mkdir(parents=True)
        (landing / parked / "users" / "users.csv").write_text("user_id\n")
    result, _ = tick(None)
    assert isinstance(result, dg.SkipReason)
    assert result.skip_message == "Landing is empty."


def test_a_file_that_vanishes_while_the_sensor_looks_is_no_error(
    landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (landing / "users" / "users.csv").write_text("user_id\n")

    def take_away(name: str) -> bool:
        (landing / "users" / name).unlink()
        return False

    monkeypatch.setattr("pipelines.defs.jobs.waits", take_away)
    tick(None)
    assert list((landing / "users").iterdir()) == []


@pytest.mark.requirement("R000-10", "R000-26", "R000-27", "R000-28")
def test_the_sensor_starts_one_run_per_change_judged_now(landing: Path) -> None:
    file = landing / "users" / "users.csv"
    file.write_text("user_id,username\n1,ada\n")
    first, cursor = tick(None)
    assert isinstance(first, dg.RunRequest)
    assert datetime.now(UTC) - as_of(first) < timedelta(minutes=1)
    assert house(first)["is_now"]

    again, cursor = tick(cursor)
    assert isinstance(again, dg.SkipReason)

    keys = {first.run_key}
    for change in (
        lambda: (landing / "users" / "more.csv").write_text("user_id,username\n2,bob\n"),
        lambda: file.write_text("user_id,username\n1,ada\n3,eve\n"),
        lambda: os.utime(file, ns=(1, 1)),
    ):
        change()
        result, cursor = tick(cursor)
        assert isinstance(result, dg.RunRequest)
        keys.add(result.run_key)
    assert len(keys) == 4
