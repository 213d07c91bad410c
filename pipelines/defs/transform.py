"""Step 3 as assets: every dbt model, built by one invocation of dbt."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import dagster as dg

from pipelines.checks.fingerprint import fingerprint
from pipelines.code_version import code_version
from pipelines.dbt import BUILD, run_target
from pipelines.defs.house import (
    RETRIES,
    WAREHOUSE,
    House,
    Step,
    is_of_the_machine,
    tell_readers,
    what_to_do,
    without_values,
)
from pipelines.defs.project import MARTS, PARSED, asset_key, asset_specs, built, in_order
from pipelines.errors import CairnError
from pipelines.run import Run
from pipelines.warehouse import BUILT, connect, noted, take_note

# What DuckDB calls errors that another attempt may not meet, as those of the machine; all others are the model's.
PASSING = "IO Error"
LONGEST_REASON = 2000

# A view says what it says whatever is in the tables under it, and a seed is code.
TABLES = ("--select", "config.materialized:table")

KEYS = {name: asset_key(node) for name, node in in_order(built(PARSED)).items()}

# What the documents ask to be timed by names of their own (R003-178..180): metric, dimension, and the models.
DOCUMENTED_TIMINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "progress_calculation_time_ms": {
        "step": ("step_progress",),
        "assignment": ("assignment_progress",),
        "sequence": ("sequence_progress",),
        "student": ("student_progress_summary",),
    },
    "progress_aggregation_time_ms": {
        "class": ("class_progress", "class_summary"),
        "organization": ("organization_progress", "organization_progress_trend"),
        "system": ("content_effectiveness",),
    },
    "snapshot_creation_time_ms": {
        "step": ("int_step_snapshots",),
        "assignment": ("int_assignment_snapshots",),
        "sequence": ("int_sequence_snapshots",),
    },
}

Results = Mapping[str, Mapping[str, Any]]


@dg.multi_asset(
    name="transform",
    specs=asset_specs(PARSED),
    can_subset=True,
    pool=WAREHOUSE,
    retry_policy=RETRIES,
    hooks={tell_readers},
)
def transform(
    context: dg.AssetExecutionContext, house: House
) -> Iterator[dg.MaterializeResult[None]]:
    """Build what is selected; nothing is told to Dagster before all of it stands.

    What stands already as this run would build it is not built again, and of that Dagster is told of the marts alone:
    which run built them.
    """
    selected = {name: key for name, key in KEYS.items() if key in context.selected_asset_keys}
    with house.step("transform") as step:
        run = house.run()
        standing = _standing(house, run)
        building, options = _to_build(selected, run, standing, is_subset=context.is_subset)
        told = {
            name: {"built_by_run": standing.run_id}
            for name, key in selected.items()
            if standing is not None and name not in building and _table(key) in MARTS
        }
        if building:
            is_whole = run.repeats(standing) or not context.is_subset
            results = _build(house, run if is_whole and _is_of_this_code(run) else None, options)
            told |= _timed(house, building, results)
        measured = _measure(house, step, selected)
        step.summary = (
            f"{_what(selected, building, standing)}, {step.rows:,} rows in {len(measured)} marts"
        )
    house.record()
    # In the order in which dbt ends them: Dagster wants dependencies first.
    for name, metadata in told.items():
        yield dg.MaterializeResult(selected[name], metadata=metadata | measured.get(name, {}))


def _is_of_this_code(run: Run) -> bool:
    return run.code_version == code_version()


def _standing(house: House, run: Run) -> Run | None:
    """The run that built all models as they stand in the warehouse, where it did so by the code of this one."""
    with connect(house.settings) as connection:
        built = noted(connection, BUILT)
    is_alike = built is not None and built.code_version == run.code_version
    return built if is_alike and _is_of_this_code(run) else None


def _to_build(
    selected: Mapping[str, dg.AssetKey], run: Run, standing: Run | None, *, is_subset: bool
) -> tuple[Mapping[str, dg.AssetKey], Sequence[str]]:
    """What of the selected is built, and how dbt is told.

    Where all stands by the same code: nothing for the same ledger and moment, else the tables.
    """
    if is_subset:
        return selected, ("--select", *(PARSED["nodes"][name]["name"] for name in selected))
    if standing is None:
        return selected, ()
    if run.repeats(standing):
        return {}, ()
    kinds = {name: PARSED["nodes"][name]["config"]["materialized"] for name in selected}
    return {name: key for name, key in selected.items() if kinds[name] == "table"}, TABLES


def _build(house: House, run: Run | None, options: Sequence[str]) -> Results:
    """Call dbt once; the result of every node, or a failure that says which one and why.

    When it ends well all tables are those of `run`; of none where a part was made beside others, or by other code.
    dbt itself withdraws the note of the run before.
    """
    target = run_target(house.settings)
    (target / "run_results.json").unlink(missing_ok=True)
    process = house.dbt().run(*BUILD, *options)
    results = _read_results(target / "run_results.json")
    if process.returncode != 0:
        raise _failure(process, results, target / "dbt.log")
    with connect(house.settings) as connection:
        take_note(connection, BUILT, run)
    return results


def _read_results(path: Path) -> Results:
    """By node; none where dbt ended before the file was whole, such as on a full disk."""
    try:
        results = json.loads(path.read_bytes())["results"]
    except (FileNotFoundError, ValueError):
        return {}
    return {result["unique_id"]: result for result in results}


def _failure(process: CompletedProcess[str], results: Results, log: Path) -> dg.Failure:
    """Which model, and why; tried again only for what may be gone by then, such as a full disk."""
    failed = [
        f"{name.split('.', 2)[-1]}: {' '.join((result['message'] or '').split())}"
        for name, result in results.items()
        if result["status"] in ("error", "fail")
    ]
    why = without_values(failed[0] if failed else _telling(process.stdout))
    more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
    return dg.Failure(
        f"dbt could not build {why}{more}; the ledger is whole and nothing was published; {what_to_do(why)}"
        f" (the log is {log}).",
        allow_retries=not failed or PASSING in why or is_of_the_machine(why),
    )


def _telling(output: str) -> str:
    """Of all that dbt printed the line that names the machine's failure, else the beginning."""
    lines = [" ".join(line.split()) for line in output.splitlines() if line.strip()]
    for line in lines:
        if is_of_the_machine(line):
            return f"its models: {line}"
    return " ".join(lines)[:LONGEST_REASON]


def _what(
    selected: Mapping[str, dg.AssetKey], building: Mapping[str, dg.AssetKey], standing: Run | None
) -> str:
    """What became of the models, in words."""
    if building or standing is None:
        return f"{len(building)} models"
    return f"{len(selected)} models stand as run {standing.run_id[:8]} built them"


def _timed(
    house: House, selected: Mapping[str, dg.AssetKey], results: Results
) -> dict[str, dict[str, Any]]:
    """How long each node took, as metadata in the order of the results; that of a mart is a metric as well."""
    _refuse_missing(selected, results)
    timed = {}
    for name in (name for name in results if name in selected):
        seconds = results[name]["execution_time"]
        timed[name] = {"execution_seconds": seconds}
        if _table(selected[name]) in MARTS:
            house.note("mart_duration_ms", _table(selected[name]), _milliseconds(seconds))
    for metric, dimension, milliseconds in _documented(timed):
        house.note(metric, dimension, milliseconds)
    return timed


def _documented(timed: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str, float]]:
    """The documented timings of the models that were built: metric, dimension, milliseconds."""
    taken = {
        name.rpartition(".")[2]: _milliseconds(metadata["execution_seconds"])
        for name, metadata in timed.items()
    }
    for metric, dimensions in DOCUMENTED_TIMINGS.items():
        for dimension, models in dimensions.items():
            if taken.keys() >= set(models):
                yield metric, dimension, sum(taken[model] for model in models)


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)


def _measure(
    house: House, step: Step, selected: Mapping[str, dg.AssetKey]
) -> dict[str, dict[str, Any]]:
    """Rows and fingerprint of each mart as it stands, as metadata; its rows are a metric as well."""
    measured = {}
    with connect(house.settings) as connection:
        for name, key in selected.items():
            if _table(key) in MARTS:
                content = house.measured[_table(key)] = fingerprint(connection, _table(key))
                measured[name] = {
                    "dagster/row_count": content.rows,
                    "fingerprint": content.sha256,
                }
                step.rows += content.rows
                house.note("mart_rows", _table(key), content.rows)
    return measured


def _table(key: dg.AssetKey) -> str:
    return ".".join(key.path)


def _refuse_missing(selected: Mapping[str, dg.AssetKey], results: Results) -> None:
    """A model that dbt skipped would leave what comes after it skipped too, in a run that says SUCCESS."""
    missing = sorted(
        "/".join(key.path)
        for name, key in selected.items()
        if name not in results or results[name]["status"] != "success"
    )
    if missing:
        raise CairnError(
            f"dbt ended well without building {', '.join(missing)}; the ledger is whole and nothing was"
            " published; see why it is disabled or skipped, or take it out of the project."
        )
