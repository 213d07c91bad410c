"""Publishing: from the marts of a warehouse to one version that readers see whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from pipelines.checks.fingerprint import Fingerprint
from pipelines.errors import CairnError
from pipelines.ledger import Ledger
from pipelines.marts import ROLES, read_marts
from pipelines.privacy import read_forgotten
from pipelines.privacy.keyed_hash import pseudonym_key
from pipelines.publish.access import hand_out
from pipelines.publish.database import API, read_macros, write_database
from pipelines.publish.manifest import damage, read_manifest, write_manifest
from pipelines.publish.tables import write_tables
from pipelines.publish.unchanged import Unchanged, remember
from pipelines.publish.versions import Versions, publishing
from pipelines.run import Run
from pipelines.settings import Settings


@dataclass(frozen=True)
class Publication:
    """The version that readers see now. `is_new` is false when it had been published before.

    `damage` says what was wrong with it then, for which it was written again; `is_earlier` that it is judged at an
    earlier moment than the one that readers saw before.
    """

    version: str
    path: Path
    manifest: Mapping[str, Any]
    is_new: bool
    damage: str | None = None
    is_earlier: bool = False


def publish(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    run: Run,
    manifest: Mapping[str, Any],
    api: Path = API,
    measured: Mapping[str, Fingerprint] | None = None,
) -> Publication:
    """Publish the marts that dbt's `manifest` declares, from a connection to the warehouse they were built in.

    `api` is the folder of the table macros that each role's database gets as far as its tables allow, `measured` holds
    the fingerprints that the run took of its tables already.
    A version that is there already is only shown, and written again where its files are not those of its manifest.
    Raises `CairnError` for an incomplete declaration, or when the same version was published from another ledger;
    `current` stays as it was.
    """
    marts = read_marts(manifest)
    with publishing(settings.published) as versions:
        is_new = not versions.exists(run.version)
        problem = None if is_new else _damage(versions, run)
        if is_new or problem is not None:
            with versions.writing(run.version) as folder:
                unchanged = Unchanged.read(connection, versions.folder)
                key = pseudonym_key(settings)
                tables = write_tables(connection, folder, marts, key, unchanged, measured or {})
                macros = read_macros(api)
                installed = {
                    role: write_database(settings, folder, role, tables, run, macros)
                    for role in ROLES
                }
                write_manifest(folder, run, tables, installed, key)
                hand_out(settings, folder)
            remember(connection, run.version, (file for table in tables for file in table.written))
        published = read_manifest(versions.path(run.version))
        is_earlier = _is_earlier(versions, run)
        versions.switch(run.version)
        versions.prune(settings.keep_versions)
        _withdraw(settings, versions)
    return Publication(
        run.version, versions.path(run.version), published, is_new, problem, is_earlier
    )


def withdraw(settings: Settings) -> tuple[str, ...]:
    """Remove the versions that show somebody who was forgotten since, all but the current one; their names.

    The current one goes when the next version takes its place: readers are never left with nothing.
    """
    with publishing(settings.published) as versions:
        return _withdraw(settings, versions)


def _withdraw(settings: Settings, versions: Versions) -> tuple[str, ...]:
    forgotten = read_forgotten(settings, Ledger(settings).entries())
    return tuple(
        path.name
        for path in versions.whole()
        if _position(path) < forgotten.batch and versions.remove(path.name)
    )


def _position(version: Path) -> int:
    """The last batch that a version was made of; where its manifest cannot be read 0, before anybody was forgotten."""
    try:
        return int(read_manifest(version)["n"])
    except CairnError:
        return 0


def _is_earlier(versions: Versions, run: Run) -> bool:
    """Whether the run is judged earlier than the version that readers see, if that can be read."""
    try:
        shown = read_manifest(versions.root / "current")
    except CairnError:
        return False
    return datetime.fromisoformat(shown["as_of"]) > run.as_of


def _damage(versions: Versions, run: Run) -> str | None:
    """What is wrong with the version that is there; raises `CairnError` when it was published from another ledger."""
    published = read_manifest(versions.path(run.version))
    if published["head"] != run.head:
        raise CairnError(
            f"The version {run.version} was published from another ledger: its head is {published['head']},"
            f" and batch {run.n} is now {run.head}; the published versions were left as they are;"
            f" restore the ledger, or move {versions.root} away."
        )
    return damage(versions.path(run.version), published)
