"""`manifest.json`: what a version is made from, what it holds, and by which hashes that can be proved.

Belongs here: its shape, writing it, and reading it again. It says nothing of the clock: but for the bytes of the
databases, of `ops.run_metrics`, and of ids that were hashed it is as much a function of the ledger and `as_of` as the
tables are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.errors import CairnError
from pipelines.privacy.keyed_hash import key_mark
from pipelines.publish.database import DATABASE
from pipelines.publish.tables import PublishedTable, describe_file
from pipelines.publish.versions import MANIFEST
from pipelines.run import Run

PARTS = ("version", "n", "head", "as_of", "code_version", "roles", "tables")


def write_manifest(
    folder: Path,
    run: Run,
    tables: list[PublishedTable],
    macros: Mapping[str, list[str]],
    key: bytes,
) -> None:
    """Write the manifest of a version's folder; `macros` names, for each role, what its database got.

    Of the `key` that ids were hashed with it holds the mark alone.
    """
    manifest = {
        "version": run.version,
        "n": run.n,
        "head": run.head,
        "as_of": iso(run.as_of),
        "code_version": run.code_version,
        "pseudonym_key": key_mark(key),
        "roles": {
            role: {
                "database": asdict(describe_file(folder / role / DATABASE, folder)),
                "macros": names,
            }
            for role, names in macros.items()
        },
        "tables": {table.mart.table: _table(table) for table in tables},
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a version's folder; raises `CairnError` for a file that is none."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        missing = [name for name in PARTS if name not in manifest]
        if missing:
            raise ValueError(f"it lacks {', '.join(missing)}")
    except (OSError, ValueError, TypeError) as error:
        raise CairnError(
            f"The manifest {folder / MANIFEST} cannot be read ({error}); the ledger and all versions were left as they"
            f" are; move the folder {folder.resolve()} away and publish anew with `cairn run`."
        ) from error
    return manifest


def listed_files(manifest: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Every file that a manifest vouches for, by its path in the version: `path`, `bytes`, `sha256`."""
    databases = (role["database"] for role in manifest["roles"].values())
    tables = (file for table in manifest["tables"].values() for file in table["files"].values())
    return {file["path"]: file for file in (*databases, *tables)}


def damage(folder: Path, manifest: Mapping[str, Any]) -> str | None:
    """The first file of a version that is missing or has another size than its manifest says; None without one."""
    for name, file in listed_files(manifest).items():
        path = folder / name
        if not path.is_file():
            return f"{name} is missing"
        if path.stat().st_size != file["bytes"]:
            return f"{name} has {path.stat().st_size} bytes instead of {file['bytes']}"
    return None


def iso(moment: datetime) -> str:
    """A moment as ISO 8601 in UTC, with microseconds and `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _table(table: PublishedTable) -> dict[str, Any]:
    """Rows, columns and fingerprint are the whole table's; `files` says what each role has of it."""
    mart, content = table.mart, table.content
    return {
        "rows": content.rows,
        "columns": [{"name": name, "type": type_} for name, type_ in content.columns],
        "grain": list(mart.grain),
        "fingerprint": content.sha256 if mart.has_fingerprint else None,
        "visibility": list(mart.visibility),
        "owner": mart.owner,
        "files": {
            role: {**asdict(file), "columns": list(mart.columns_for(role))}
            for role, file in table.files.items()
        },
    }
