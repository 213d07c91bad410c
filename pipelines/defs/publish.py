"""Step 5 as assets: what each role reads, written beside the last version and switched to at once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg

from pipelines.defs.house import RETRIES, WAREHOUSE, House
from pipelines.defs.project import MARTS, PARSED
from pipelines.marts import ROLES
from pipelines.publish import Publication, publish, write_status
from pipelines.warehouse import connect

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
    pool=WAREHOUSE,
    retry_policy=RETRIES,
)
def publish_version(
    context: dg.AssetExecutionContext, house: House
) -> Iterator[dg.MaterializeResult[None]]:
    """Write the version and switch `current` to it; no role is published without the others."""
    with house.step("publish") as step:
        run = house.run()
        with connect(house.settings) as connection:
            publication = publish(house.settings, connection, run, PARSED, measured=house.measured)
        write_status(house.settings, context.run.run_id)
        step.rows = sum(table["rows"] for table in publication.manifest["tables"].values())
        step.summary = publication.version + _told(publication)
    house.record()
    for role, key in KEYS.items():
        yield dg.MaterializeResult(key, metadata=_metadata(publication, role))


def _told(publication: Publication) -> str:
    told = "" if publication.is_new else " (it was there)"
    if publication.damage is not None:
        told = f" (it was there, but {publication.damage}: written again)"
    return told + ", judged earlier than the version shown before" * publication.is_earlier


def _metadata(publication: Publication, role: str) -> dict[str, Any]:
    files = {
        name: table["files"][role]
        for name, table in publication.manifest["tables"].items()
        if role in table["files"]
    }
    return {
        "version": publication.version,
        "path": dg.MetadataValue.path(Path(publication.path) / role),
        "tables": dg.MetadataValue.json(files),
        "macros": dg.MetadataValue.json(publication.manifest["roles"][role]["macros"]),
    }
