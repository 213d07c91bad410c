"""A job run to its end in this process, for the command line: no daemon, no instance on disk.

Belongs here: starting the job, and reading from its events what a person is told. Not here: words.
"""

import atexit
import gc
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import dagster as dg

from pipelines import definitions
from pipelines.defs.house import INTERRUPTED, sentence
from pipelines.defs.jobs import run_config
from pipelines.errors import CairnError
from pipelines.publish import read_status
from pipelines.settings import Settings

# Dagster repeats every event on the console; `cairn` tells its own progress.
SILENT = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}

# What Dagster calls the failure of a step's last attempt; the cause is that of the attempt.
ALL_ATTEMPTS_FAILED = "RetryRequestedFromPolicy"


@dataclass(frozen=True)
class Outcome:
    """What a run made: the metadata of each asset, and what checks that do not block had to say."""

    facts: dict[str, dict[str, Any]]
    warnings: tuple[str, ...]


class RunError(CairnError):
    """A run that failed, and the metadata of each asset that it had made by then."""

    def __init__(self, sentence: str, facts: dict[str, dict[str, Any]]) -> None:
        super().__init__(sentence)
        self.facts = facts


def run_in_process(
    settings: Settings, as_of: datetime, *, is_now: bool = False, rebuild: bool = False
) -> Outcome:
    """Run the `nightly` job on the data root of `settings`; raises `RunError` when it fails.

    `is_now` says that `as_of` is the moment the run began.
    """
    job = definitions.defs().resolve_job_def("nightly")
    # The house stays to the end of the process: looking for garbage in it takes a twentieth of a small run.
    gc.freeze()
    atexit.register(gc.unfreeze)
    config = run_config(as_of, is_now=is_now, data=settings.data, rebuild=rebuild)
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(
            run_config=config | SILENT, instance=instance, raise_on_error=False
        )
    if not result.success:
        raise RunError(_failure(settings, result), _facts(result))
    if read_status(settings).get("run_id") != result.run_id:
        raise CairnError(
            "The run ended well without publishing, because steps were skipped; the last published version"
            " stands; see which assets are missing in Dagster (`make dev`), and report it."
        )
    return Outcome(_facts(result), _warnings(result))


def _failure(settings: Settings, result: dg.ExecuteInProcessResult) -> str:
    """The sentence that readers are told; or, when no step began, what stood in the way."""
    status = read_status(settings)
    if status.get("run_id") == result.run_id and "failure" in status:
        return f"The step `{status['failure']['step']}` failed. {status['failure']['error']}"
    for event in result.all_events:
        if event.is_step_failure:
            # Not even the status could be written.
            return f"The step `{event.node_name}` failed. {_said(event.step_failure_data)}"
    error = next((e.job_failure_data.error for e in result.all_events if e.is_job_failure), None)
    while error is not None and error.cause is not None and error.cls_name != CairnError.__name__:
        error = error.cause
    return (error and error.message.partition(": ")[2].strip()) or INTERRUPTED


def _said(failure: Any) -> str:
    """The words of a step's failure, as its event has them."""
    described = failure.user_failure_data and failure.user_failure_data.description
    error = failure.error
    if error and error.cause and error.cls_name == ALL_ATTEMPTS_FAILED:
        error = error.cause
    kind, message = (error and error.cls_name) or "Error", (error and error.message) or ""
    if kind == dg.Failure.__name__:
        described = described or message.partition(": ")[2].strip()
    return described or sentence(kind, message)


def _facts(result: dg.ExecuteInProcessResult) -> dict[str, dict[str, Any]]:
    made = [
        e.step_materialization_data.materialization
        for e in result.all_events
        if e.is_step_materialization
    ]
    return {
        "/".join(asset.asset_key.path): {
            name: value.value for name, value in asset.metadata.items()
        }
        for asset in made
    }


def _warnings(result: dg.ExecuteInProcessResult) -> tuple[str, ...]:
    return tuple(
        str(evaluation.description)
        for evaluation in result.get_asset_check_evaluations()
        if not evaluation.passed
    )
