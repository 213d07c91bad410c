"""Parquet: each mart, once for every set of columns and rows that some role sees.

Belongs here: what a role sees of a table, and its bytes: zstd, sorted by the grain, the same for any number
of threads. Not here: which files the version before has already (`unchanged`), and the roles' databases, which are
filled from these files.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.checks.fingerprint import Fingerprint, fingerprint
from pipelines.errors import CairnError
from pipelines.files import sha256_of
from pipelines.marts import ANONYMOUS_ROLES, Mart, MartColumn
from pipelines.privacy.keyed_hash import keyed_hash
from pipelines.publish.unchanged import Unchanged, WrittenFile
from pipelines.sql_text import PARQUET, copy_to_parquet

HASHED_TYPES = ("VARCHAR", "VARCHAR[]")
OPAQUE_TYPES = ("STRUCT", "MAP", "JSON", "BLOB", "UNION", "VARIANT")


@dataclass(frozen=True)
class PublishedFile:
    """A file of a version; `path` is relative to the version's folder."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class PublishedTable:
    """A mart as it was published: the content of the whole table, and each role's file.

    `written` says of what the files were made that the next version may link.
    """

    mart: Mart
    content: Fingerprint
    files: dict[str, PublishedFile]
    written: tuple[WrittenFile, ...]


def write_tables(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    marts: list[Mart],
    key: bytes,
    unchanged: Unchanged,
    measured: Mapping[str, Fingerprint],
) -> list[PublishedTable]:
    """Write `<role>/<domain>/<mart>/<mart>.parquet` for every mart and role that may see it.

    `key` is that of the hashes that stand for ids. A table's fingerprint is of its rows before any role's view; it is
    taken here unless the run has `measured` it since it built the table, and always of what may change by itself.
    """
    written = []
    for mart in marts:
        known = measured.get(mart.table) if mart.has_fingerprint else None
        content = known or fingerprint(connection, mart.table)
        written.append(_write_table(connection, folder, mart, key, unchanged, content))
    return written


def _write_table(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    mart: Mart,
    key: bytes,
    unchanged: Unchanged,
    content: Fingerprint,
) -> PublishedTable:
    _refuse_undeclared(mart, content)
    _refuse_plain_ids(mart, content)
    files: dict[str, PublishedFile] = {}
    alike: dict[str, Path] = {}
    written: list[WrittenFile] = []
    for role in mart.visibility:
        name = f"{role}/{mart.domain}/{mart.name}/{mart.name}.parquet"
        path = folder / name
        path.parent.mkdir(parents=True)
        query = role_query(mart, role, dict(content.columns), key)
        made_of = _made_of(query, content)
        if not unchanged.link(name, made_of, path):
            if query in alike:
                # Never a link: who owns a file and who may open it are the same for all of its names.
                shutil.copyfile(alike[query], path)
            else:
                connection.execute(copy_to_parquet(query, path))
        alike[query] = path
        files[role] = describe_file(path, folder)
        if role not in mart.visible_rows:  # which rows those are may depend on other tables
            written.append(WrittenFile(name, made_of, files[role].sha256))
    return PublishedTable(mart, content, files, tuple(written))


def _made_of(query: str, content: Fingerprint) -> str:
    """All that the bytes follow from: who writes them and how, what is asked for, and the table that is asked."""
    parts = json.dumps([duckdb.__version__, PARQUET, query, content.sha256])
    return hashlib.sha256(parts.encode()).hexdigest()


def role_query(mart: Mart, role: str, types: Mapping[str, str], key: bytes) -> str:
    """What a role sees of a table whose columns have these types, in a total order.

    The grain is sorted by, even where it is hidden. Where ids are hashed, or the role is anonymous, rows are sorted by
    what is seen and by nothing else: another order would tell of what is hidden.
    """
    rows = f" where ({mart.visible_rows[role]})" if role in mart.visible_rows else ""
    columns = mart.visible_to(role)
    shown = ", ".join(_shown(column, role, types[column.name], key) for column in columns)
    hashed = any(role in column.keyed_hash_for for column in columns)
    if role not in ANONYMOUS_ROLES and not hashed:
        return f"select {shown} from {mart.table}{rows} order by {_order(mart.grain)}"
    names = [column.name for column in columns]
    order = _order(dict.fromkeys([*(name for name in mart.grain if name in names), *names]))
    return f"select * from (select {shown} from {mart.table}{rows}) order by {order}"


def _order(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}" nulls first' for name in names)


def _shown(column: MartColumn, role: str, type_: str, key: bytes) -> str:
    """A column as a role sees it: as it is, or each of its ids hashed."""
    if role not in column.keyed_hash_for:
        return f'"{column.name}"'
    if type_ == "VARCHAR[]":
        hashed = f'list_transform("{column.name}", lambda id: {keyed_hash(key, "id")})'
        return f'list_sort({hashed}) as "{column.name}"'
    quoted = f'"{column.name}"'
    return f"{keyed_hash(key, quoted)} as {quoted}"


def _refuse_plain_ids(mart: Mart, content: Fingerprint) -> None:
    """Refuse a column that would show an anonymous role an id in clear, or that may hold one."""
    types = dict(content.columns)
    for role in set(ANONYMOUS_ROLES) & set(mart.visibility):
        for column in mart.visible_to(role):
            type_ = types[column.name]
            is_hashed = role in column.keyed_hash_for
            is_id = column.name.endswith(("_id", "_ids")) and "VARCHAR" in type_
            if is_hashed and type_ not in HASHED_TYPES:
                fault = f"is {type_}, which no keyed hash stands for"
            elif not is_hashed and (is_id or type_.startswith(OPAQUE_TYPES)):
                fault = "may hold an id"
            else:
                continue
            raise CairnError(
                f"The column {column.name} of {mart.table} {fault}, and {role} may see no id; nothing was published and"
                f" the last version stands; declare in {mart.name}.yml meta.keyed_hash_for or meta.hidden_from."
            )


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


def describe_file(path: Path, folder: Path) -> PublishedFile:
    """A written file's place, size and hash, for the manifest."""
    return PublishedFile(path.relative_to(folder).as_posix(), path.stat().st_size, sha256_of(path))
