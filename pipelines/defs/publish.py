"""Step 5 as assets: what each role reads, written beside the last version and switched to at once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from pipelines.defs.house import RETRIES, WAREHOUSE, House, tell_readers
from pipelines.defs.project import MARTS, PARSED
from pipelines.errors import CairnError
from pipelines.marts import ROLES
from pipelines.publish import Publication, publish, write_status
from pipelines.run import Run
from pipelines.warehouse import BUILT, FAILED, connect, noted

KEYS = {role: dg.AssetKey(["published", role]) for role in ROLES}


@dg.multi_asset(
    name="publish",
    specs=[
        dg.AssetSpec(
            key,
            deps=[table.split(".") for table in MARTS],
            group_name="published",
            description=f"What the role `{role}` may see: Parquet and cairn.duckdb. All roles are published together.",
            kinds={"duckdb", "parquet"},
        )
        for role, key in KEYS.items()
    ],
    can_subset=True,
    pool=WAREHOUSE,
    retry_policy=RETRIES,
    hooks={tell_readers},
)
def publish_version(
    context: dg.AssetExecutionContext, house: House
) -> Iterator[dg.MaterializeResult[None]]:
    """Write the version and switch `current` to it: for all roles, whichever are selected."""
    with house.step("publish") as step:
        run = house.run()
        with connect(house.settings) as connection:
            _refuse_parts(connection, run)
            publication = publish(house.settings, connection, run, PARSED, measured=house.measured)
        write_status(house.settings, context.run.run_id)
        step.rows = sum(table["rows"] for table in publication.manifest["tables"].values())
        step.summary = _summary(publication)
    house.record()
    for role in (role for role, key in KEYS.items() if key in context.selected_asset_keys):
        yield dg.MaterializeResult(KEYS[role], metadata=_metadata(publication, role))


def _refuse_parts(connection: duckdb.DuckDBPyConnection, run: Run) -> None:
    """Refuse what is not all of the run that the warehouse was loaded for, or was found wrong."""
    if not run.repeats(noted(connection, BUILT)):
        what = "its tables were not all built for it by the code that it was loaded by"
    elif run.repeats(noted(connection, FAILED)):
        what = "a table failed a blocking check"
    else:
        return
    raise CairnError(
        f"The warehouse was loaded for {run.version}, and {what}; nothing was published and the last version stands;"
        " run the whole `nightly` job, or `cairn run`."
    )


def _summary(publication: Publication) -> str:
    summary = publication.version
    if publication.damage is not None:
        summary += f" (it was there, but {publication.damage}: written again)"
    elif not publication.is_new:
        summary += " (it was there)"
    if publication.is_earlier:
        summary += ", judged earlier than the version shown before"
    return summary


def _metadata(publication: Publication, role: str) -> dict[str, Any]:
    files = {
        name: table["files"][role]
        for name, table in publication.manifest["tables"].items()
        if role in table["files"]
    }
    return {
        "version": publication.version,
        "is_earlier": publication.is_earlier,
        "path": dg.MetadataValue.path(Path(publication.path) / role),
        "tables": dg.MetadataValue.json(files),
        "macros": dg.MetadataValue.json(publication.manifest["roles"][role]["macros"]),
    }
