"""Parquet: each mart, once for every set of columns and rows that some role sees.

Belongs here: what a role sees of a table, and its bytes: zstd, sorted by the grain, the same for any number
of threads. Not here: the roles' databases, which are filled from these files.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.checks.fingerprint import Fingerprint, fingerprint
from pipelines.errors import CairnError
from pipelines.marts import Mart


@dataclass(frozen=True)
class PublishedFile:
    """A file of a version; `path` is relative to the version's folder."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class PublishedTable:
    """A mart as it was published: the content of the whole table, and each role's file."""

    mart: Mart
    content: Fingerprint
    files: dict[str, PublishedFile]


def write_tables(
    connection: duckdb.DuckDBPyConnection, folder: Path, marts: list[Mart]
) -> list[PublishedTable]:
    """Write `<role>/<domain>/<mart>/<mart>.parquet` for every mart and role that may see it."""
    return [_write_table(connection, folder, mart) for mart in marts]


def _write_table(connection: duckdb.DuckDBPyConnection, folder: Path, mart: Mart) -> PublishedTable:
    content = fingerprint(connection, mart.table)
    _refuse_undeclared(mart, content)
    files: dict[str, PublishedFile] = {}
    written: dict[str, Path] = {}
    for role in mart.visibility:
        path = folder / role / mart.domain / mart.name / f"{mart.name}.parquet"
        path.parent.mkdir(parents=True)
        query = _query(mart, role)
        if query in written:
            _share(written[query], path)
        else:
            target = str(path).replace("'", "''")
            connection.execute(f"copy ({query}) to '{target}' (format parquet, compression zstd)")
            written[query] = path
        files[role] = describe_file(path, folder)
    return PublishedTable(mart, content, files)


def _query(mart: Mart, role: str) -> str:
    """What a role sees; the grain is sorted by even where it is hidden, and is unique, so the order is total."""
    columns = ", ".join(f'"{name}"' for name in mart.columns_for(role))
    rows = f" where ({mart.visible_rows[role]})" if role in mart.visible_rows else ""
    order = ", ".join(f'"{name}" nulls first' for name in mart.grain)
    return f"select {columns} from {mart.table}{rows} order by {order}"


def _refuse_undeclared(mart: Mart, content: Fingerprint) -> None:
    """A column that nobody declared is hidden from nobody, so it is shown to nobody."""
    declared = {column.name for column in mart.columns}
    built = {name for name, _ in content.columns}
    if declared != built:
        raise CairnError(
            f"The mart {mart.table} does not have the columns that {mart.name}.yml declares"
            f" ({', '.join(sorted(declared ^ built))}); nothing was published and the last version stands;"
            " declare them and build again."
        )


def _share(original: Path, path: Path) -> None:
    """One set of bytes for all roles that see the same; a copy where the file system has no hard links."""
    try:
        os.link(original, path)
    except OSError:
        shutil.copyfile(original, path)


def describe_file(path: Path, folder: Path) -> PublishedFile:
    """A written file's place, size and hash, for the manifest."""
    with path.open("rb") as handle:
        sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
    return PublishedFile(path.relative_to(folder).as_posix(), path.stat().st_size, sha256)
