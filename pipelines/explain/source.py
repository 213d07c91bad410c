"""Where explanations come from: the published version, and the warehouse that it was made in, if it is still that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import duckdb

from pipelines.code_version import code_version
from pipelines.errors import CairnError
from pipelines.publish import published_version, read_manifest
from pipelines.publish.database import DATABASE, SEES_ALL
from pipelines.run import Run
from pipelines.settings import Settings
from pipelines.sql_text import literal
from pipelines.warehouse import BUILT, connect_to_read, noted, read_run


@contextmanager
def published_warehouse(
    settings: Settings,
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Mapping[str, Any]]]:
    """The warehouse, to be read, and the published version's manifest; what `admin` sees is attached as `published`.

    Raises `CairnError` where nothing is published, and where code or warehouse are not those that made the version.
    """
    current = published_version(settings, "no number to explain")
    manifest = read_manifest(current)
    if manifest["code_version"] != code_version():
        raise _not_that_of(
            manifest,
            f"it was made by the code {manifest['code_version'][:12]}, and this is {code_version()[:12]}",
        )
    if not settings.warehouse.exists():
        raise _not_that_of(manifest, f"there is no {settings.warehouse}")
    with connect_to_read(settings) as connection:
        difference = _difference(connection, manifest)
        if difference is not None:
            raise _not_that_of(manifest, difference)
        database = literal(current / SEES_ALL / DATABASE)
        connection.execute(f"attach {database} as published (read_only)")
        yield connection, manifest


def _difference(connection: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any]) -> str | None:
    """Why the warehouse cannot tell of the version; None when it can."""
    try:
        run = read_run(connection)
        is_whole = run.repeats(noted(connection, BUILT))
    except (duckdb.CatalogException, ValueError):
        return "the warehouse was not loaded"
    asked = Run(
        run.run_id,
        manifest["n"],
        datetime.fromisoformat(manifest["as_of"]),
        manifest["head"],
        manifest["code_version"],
    )
    if run != asked:
        return f"the warehouse was loaded for {run.version}, of the ledger's head {run.head[:12]}"
    if not is_whole:
        return (
            "the warehouse is not all of one run: the last one did not come to its end, or models were built alone"
            " since"
        )
    return None


def _not_that_of(manifest: Mapping[str, Any], difference: str) -> CairnError:
    return CairnError(
        f"The published version {manifest['version']} cannot be explained, because {difference}; nothing was changed,"
        " and what is published stands; publish anew with `cairn run`"
        f" (`--as-of {manifest['as_of']}` for the same moment), and ask again."
    )
