"""A job run to its end in this process, for the command line: no daemon, no instance on disk.

Belongs here: starting the job, and reading from its events what a person is told. Not here: words.
"""

import contextlib
import io
import warnings
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import dagster as dg

from pipelines.settings import Settings

# Dagster repeats every event, and dbt every line, on the console; `cairn` tells its own progress.
SILENT = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True)
class Outcome:
    """How a run ended. `failures` are sentences; `facts` is the metadata of each asset that was made."""

    failures: tuple[str, ...]
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)


def run_in_process(settings: Settings, as_of: datetime, *, rebuild: bool = False) -> Outcome:
    """Run the `nightly` job, or `rebuild`, on the data root of `settings`."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        from pipelines.definitions import defs
        from pipelines.defs.jobs import run_config

        job = defs().resolve_job_def("rebuild" if rebuild else "nightly")
        result = job.execute_in_process(
            run_config={**run_config(as_of, data=settings.data, rebuild=rebuild), **SILENT},
            instance=dg.DagsterInstance.ephemeral(),
            raise_on_error=False,
        )
    return Outcome(_failures(result), _facts(result))


def _failures(result: dg.ExecuteInProcessResult) -> tuple[str, ...]:
    if result.success:
        return ()
    steps = [event for event in result.all_events if event.is_step_failure]
    return tuple(str(event.step_failure_data.error_display_string) for event in steps)


def _facts(result: dg.ExecuteInProcessResult) -> dict[str, dict[str, Any]]:
    return {
        "/".join(materialization.asset_key.path): {
            name: value.value for name, value in materialization.metadata.items()
        }
        for event in result.all_events
        if event.is_step_materialization
        for materialization in [event.step_materialization_data.materialization]
    }
