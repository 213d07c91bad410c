"""When and how the graph runs: two jobs, a schedule and a sensor."""

import hashlib
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from stat import S_ISREG
from typing import Any

import dagster as dg

from pipelines.ingest.landing import WAITING_PREFIXES, waits
from pipelines.settings import read_settings


def run_config(
    as_of: datetime, *, is_now: bool = False, data: Path | None = None, rebuild: bool = False
) -> dict[str, Any]:
    """The configuration of a run: what it is judged at, where (else CAIRN_DATA), and whether from scratch.

    `is_now` says that `as_of` is the moment the run began.
    """
    house = {
        "as_of": as_of.isoformat(),
        "is_now": is_now,
        "data": data and str(data),
        "rebuild": rebuild,
    }
    return {"resources": {"house": {"config": {k: v for k, v in house.items() if v is not None}}}}


nightly = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.all(),
    description="From landing to published: the whole graph, once. Launched by hand without configuration it is"
    " judged at the moment the run was created; `resources.house.config.as_of` names another.",
)

rebuild = dg.define_asset_job(
    "rebuild",
    selection=dg.AssetSelection.all(),
    description="The same after throwing the warehouse away; it ends in the same fingerprints.",
    config={"resources": {"house": {"config": {"rebuild": True}}}},
)


@dg.schedule(
    job=nightly,
    cron_schedule="0 2 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="At 02:00 UTC the job `nightly`, judged at that day's midnight: what arrived since counts as known.",
)
def nightly_at_two(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """The one run of a day."""
    midnight = context.scheduled_execution_time.astimezone(UTC).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    return dg.RunRequest(run_key=midnight.isoformat(), run_config=run_config(midnight))


@dg.sensor(
    job=nightly,
    minimum_interval_seconds=60,
    description="For near real time; off until it is switched on. Once a minute it looks into landing, and starts the"
    " job `nightly`, judged at that moment, whenever landing has changed.",
)
def landing_changed(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """A run judged at this moment whenever landing has changed.

    Each change is asked for once, whatever becomes of the run: what a failed one left lying is taken by the run of the
    next change, or by the nightly one.
    """
    seen = _state_of(read_settings().landing)
    if not seen:
        return dg.SkipReason("Landing is empty.")
    if seen == context.cursor:
        return dg.SkipReason("Landing is as it was.")
    context.update_cursor(seen)
    return dg.RunRequest(run_key=seen, run_config=run_config(datetime.now(UTC), is_now=True))


def _state_of(landing: Path) -> str:
    """The names, sizes and times of the files that ingestion reads or reports, as one hash; empty without files."""
    files = []
    for top in landing.glob("*"):
        if top.name.startswith(WAITING_PREFIXES):
            continue
        for path in (top, *top.rglob("*")):
            with suppress(OSError):  # its source took it away meanwhile, or a link leads nowhere
                status = path.stat()
                if S_ISREG(status.st_mode) and not waits(path.name):
                    name = path.relative_to(landing).as_posix()
                    files.append((name, status.st_size, status.st_mtime_ns))
    return hashlib.sha256(repr(sorted(files)).encode()).hexdigest() if files else ""
