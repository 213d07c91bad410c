"""Step 3 as assets: every dbt model, built by one invocation of dbt."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from pipelines.checks.fingerprint import fingerprint
from pipelines.dbt import call_dbt, run_target
from pipelines.defs.house import OF_THE_MACHINE, RETRIES, WAREHOUSE, House, Step
from pipelines.defs.project import MARTS, PARSED, TRANSLATOR
from pipelines.errors import CairnError
from pipelines.warehouse import connect

# Errors of DuckDB that another attempt may not meet; all others are the model's.
PASSING = ("IO Error", "Out of Memory Error", *OF_THE_MACHINE)
LONGEST_REASON = 2000

Results = Mapping[str, Mapping[str, Any]]


@dbt_assets(
    manifest=PARSED,
    name="transform",
    dagster_dbt_translator=TRANSLATOR,
    pool=WAREHOUSE,
    retry_policy=RETRIES,
)
def transform(
    context: dg.AssetExecutionContext, house: House
) -> Iterator[dg.MaterializeResult[None]]:
    """Build what is selected; nothing is told to Dagster before all of it stands."""
    keys = {name: TRANSLATOR.get_asset_key(node) for name, node in PARSED["nodes"].items()}
    selected = {name: key for name, key in keys.items() if key in context.selected_asset_keys}
    with house.step("transform") as step:
        results = _build(house, [*selected] if context.is_subset else [])
        measured = _measure(house, step, selected, results)
        step.summary = f"{len(selected)} models, {step.rows:,} rows in {len(measured)} marts"
    house.record()
    # In the order in which dbt ended them: Dagster wants dependencies first.
    for name in (name for name in results if name in selected):
        seconds = results[name]["execution_time"]
        metadata = {"execution_seconds": seconds, **measured.get(selected[name], {})}
        yield dg.MaterializeResult(selected[name], metadata=metadata)


def _build(house: House, names: list[str]) -> Results:
    """Call dbt once; the result of every node, or a failure that says which one and why."""
    target = run_target(house.settings)
    (target / "run_results.json").unlink(missing_ok=True)
    # Unit tests prove formulas, not data: they run with the tests of this repository.
    options = ["--exclude-resource-type", "unit_test"]
    if names:
        options += ["--select", *(PARSED["nodes"][name]["name"] for name in names)]
    process = call_dbt(house.settings, "build", *options, target=target)
    results = _read_results(target / "run_results.json")
    if process.returncode != 0:
        raise _failure(process, results, target / "dbt.log")
    return results


def _read_results(path: Path) -> Results:
    if not path.exists():
        return {}
    return {result["unique_id"]: result for result in json.loads(path.read_bytes())["results"]}


def _failure(process: CompletedProcess[str], results: Results, log: Path) -> dg.Failure:
    """Which model, and why; tried again only for what may be gone by then, such as a full disk."""
    failed = [
        f"{name.split('.', 2)[-1]}: {' '.join((result['message'] or '').split())}"
        for name, result in results.items()
        if result["status"] in ("error", "fail")
    ]
    why = failed[0] if failed else _telling(process.stdout + process.stderr)
    more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
    return dg.Failure(
        f"dbt could not build {why}{more}; the ledger is whole and nothing was published; see {log}.",
        allow_retries=not failed or any(passing in why for passing in PASSING),
    )


def _telling(output: str) -> str:
    """Of all that dbt printed the line that names the machine's failure, else the beginning."""
    lines = [" ".join(line.split()) for line in output.splitlines() if line.strip()]
    for line in lines:
        if any(words in line for words in OF_THE_MACHINE):
            return f"its models: {line}"
    return " ".join(lines)[:LONGEST_REASON]


def _measure(
    house: House, step: Step, selected: Mapping[str, dg.AssetKey], results: Results
) -> dict[dg.AssetKey, dict[str, Any]]:
    """Rows and fingerprint of each mart that was built, as metadata; rows and time are metrics as well."""
    _refuse_missing(selected, results)
    measured = {}
    with connect(house.settings) as connection:
        for name, key in selected.items():
            table = ".".join(key.path)
            if table not in MARTS:
                continue
            content = fingerprint(connection, table)
            measured[key] = {"dagster/row_count": content.rows, "fingerprint": content.sha256}
            step.rows += content.rows
            house.note("mart_rows", table, content.rows)
            house.note("mart_duration_ms", table, round(results[name]["execution_time"] * 1000, 3))
    return measured


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
