"""Step 3 as assets: every dbt model, built by one invocation of dbt."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliInvocation, DbtCliResource, dbt_assets

from pipelines.checks.fingerprint import fingerprint
from pipelines.defs.house import RETRIES, WAREHOUSE, House, Step
from pipelines.defs.project import MARTS, PARSED, Translator, dbt_environment
from pipelines.warehouse import connect

# Unit tests prove formulas, not data: they run with the tests of this repository.
BUILD = ("build", "--exclude-resource-type", "unit_test")


@dbt_assets(
    manifest=PARSED,
    name="transform",
    dagster_dbt_translator=Translator(),
    pool=WAREHOUSE,
    retry_policy=RETRIES,
)
def transform(
    context: dg.AssetExecutionContext, dbt: DbtCliResource, house: House
) -> Iterator[Any]:
    """Build what is selected; nothing is told to Dagster before all of it stands."""
    with house.step("transform") as step:
        with dbt_environment(house.settings):
            invocation = dbt.cli(
                BUILD,
                context=context,
                raise_on_error=False,
                # Kept from run to run, so that dbt finds the project parsed for this data root.
                target_path=house.settings.data.absolute() / "dbt",
            )
            events = list(invocation.stream())
        _refuse_failures(invocation)
        built = {
            context.asset_key_for_output(event.output_name): event
            for event in events
            if isinstance(event, dg.Output)
        }
        _refuse_missing(context.selected_asset_keys - built.keys())
        measured = _measure(house, step, built)
        step.summary = f"{len(built)} models, {step.rows:,} rows in {len(measured)} marts"
    house.record()
    for event in events:
        if isinstance(event, dg.Output):
            key = context.asset_key_for_output(event.output_name)
            yield event.with_metadata({**event.metadata, **measured.get(key, {})})
        else:
            yield event


def _refuse_failures(invocation: DbtCliInvocation) -> None:
    """Say which models could not be built and why; a retry may help, for memory or a full disk."""
    if invocation.is_successful():
        return
    results = Path(invocation.target_path) / "run_results.json"
    failed = [
        f"{result['unique_id'].split('.', 2)[-1]}: {' '.join((result['message'] or '').split())}"
        for result in (json.loads(results.read_bytes())["results"] if results.exists() else [])
        if result["status"] in ("error", "fail")
    ]
    more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
    raise dg.Failure(
        f"dbt could not build {failed[0] if failed else 'the project'}{more}; the ledger is whole and"
        f" nothing was published; see {Path(invocation.target_path) / 'dbt.log'}."
    )


def _refuse_missing(missing: set[dg.AssetKey]) -> None:
    """A model that dbt skipped would leave the rest of the graph skipped in a run that says SUCCESS."""
    if missing:
        names = ", ".join(sorted("/".join(key.path) for key in missing))
        raise dg.Failure(
            f"dbt ended well without building {names}; the ledger is whole and nothing was published;"
            " see why they are disabled or skipped, or take them out of the project.",
            allow_retries=False,
        )


def _measure(
    house: House, step: Step, built: dict[dg.AssetKey, dg.Output[Any]]
) -> dict[dg.AssetKey, dict[str, Any]]:
    """Rows and fingerprint of each mart that was built, as metadata; the rows are metrics as well."""
    measured = {}
    with connect(house.settings) as connection:
        for table in MARTS:
            key = dg.AssetKey(table.split("."))
            if key not in built:
                continue
            content = fingerprint(connection, table)
            measured[key] = {"dagster/row_count": content.rows, "fingerprint": content.sha256}
            house.note("mart_rows", table, content.rows)
            step.rows += content.rows
    return measured
