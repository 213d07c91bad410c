"""A role's `cairn.duckdb`: its tables under their domains' schemas, described, and the `api` macros they allow.

Belongs here: filling that file from the role's Parquet. Not here: what the role may see, which its Parquet
says already, and the macros themselves (`api/*.sql`).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb

from pipelines.errors import CairnError
from pipelines.publish.tables import PublishedTable
from pipelines.run import Run
from pipelines.settings import Settings
from pipelines.sql_text import literal, opening_comment
from pipelines.warehouse import scratch

API = Path(__file__).parent / "api"
# Every client from 1.1 on reads this one; 2.0's own is read by no 1.x client.
STORAGE_VERSION = "v1.0.0"
SEES_ALL = "admin"
DATABASE = "cairn.duckdb"
VERSION_COLUMNS = {
    "version": "The published version's name, made of what stands beside it.",
    "n": "How much of the ledger was read: the number of its last batch.",
    "as_of": "The moment that everything is judged at.",
    "code_version": "The SHA-256 of the code that made it.",
}
# How the `api` macros show a moment, and a number of at most six digits before its point.
SHAPES = (
    "create or replace macro main.iso_text(moment) as"
    " strftime(make_timestamp(epoch_us(moment)), '%Y-%m-%dT%H:%M:%S.%fZ')",
    "create or replace macro main.rounded(number, decimals) as"
    " round(number::decimal(18, 12), decimals)::double",
)


def read_macros(folder: Path) -> dict[str, str]:
    """The SQL of every `api` macro in a folder, by name."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))}


def write_database(
    settings: Settings,
    folder: Path,
    role: str,
    tables: Sequence[PublishedTable],
    run: Run,
    macros: Mapping[str, str],
) -> list[str]:
    """Write `<role>/cairn.duckdb` into a version's folder; the names of the macros that it got.

    The table `main.version` has one row: version, n, as_of, code_version.
    """
    path = folder / role / DATABASE
    path.parent.mkdir(exist_ok=True)
    begun_as = _most_alike(folder, tables) if role == SEES_ALL else None
    if begun_as is not None:
        shutil.copyfile(folder / begun_as / DATABASE, path)
    with scratch(settings) as connection:
        connection.execute("set preserve_insertion_order = true")
        connection.execute(
            f"attach {literal(path)} as published (storage_version '{STORAGE_VERSION}')"
        )
        connection.execute("use published")
        connection.execute("begin")
        connection.execute("drop schema if exists api cascade")
        connection.execute(
            "create or replace table version as select ? as version, ?::bigint as n, ?::timestamptz as as_of,"
            " ? as code_version",
            [run.version, run.n, run.as_of, run.code_version],
        )
        connection.execute("comment on table version is 'What this database is; one row.'")
        for column, description in VERSION_COLUMNS.items():
            connection.execute(f"comment on column version.{column} is {literal(description)}")
        for table in tables:
            if role in table.files and not (begun_as and _is_alike(table, begun_as)):
                _fill(connection, folder, role, table)
        connection.execute("commit")
        allowed = install(connection, role, macros)
        connection.execute("use memory")
        connection.execute("detach published")
    return allowed


def _most_alike(folder: Path, tables: Iterable[PublishedTable]) -> str | None:
    """The role whose database that of who sees everything begins as; None when there is none.

    Its database is written already, it sees nothing that is hidden from who sees everything, and it shares the most
    bytes with that. No other role's database may begin as a copy: a table that is dropped leaves its bytes in the file.
    """
    shared = {
        role: sum(table.files[SEES_ALL].bytes for table in tables if _is_alike(table, role))
        for role in sorted(path.parent.name for path in folder.glob(f"*/{DATABASE}"))
        if all(SEES_ALL in table.files for table in tables if role in table.files)
    }
    return max(shared, key=lambda role: shared[role], default=None)


def _is_alike(table: PublishedTable, role: str) -> bool:
    """Whether a role gets a table just as who sees everything does."""
    files = table.files
    return role in files and SEES_ALL in files and files[role].sha256 == files[SEES_ALL].sha256


def _fill(
    connection: duckdb.DuckDBPyConnection, folder: Path, role: str, table: PublishedTable
) -> None:
    mart = table.mart
    parquet = literal(folder / table.files[role].path)
    connection.execute(f"create schema if not exists {mart.domain}")
    connection.execute(
        f"create or replace table {mart.table} as select * from read_parquet({parquet})"
    )
    connection.execute(f"comment on table {mart.table} is {literal(mart.description)}")
    visible = set(mart.columns_for(role))
    for column in mart.columns:
        if column.name in visible:
            connection.execute(
                f'comment on column {mart.table}."{column.name}" is {literal(column.description)}'
            )


def install(
    connection: duckdb.DuckDBPyConnection, role: str, macros: Mapping[str, str]
) -> list[str]:
    """Create each macro that the database `published` can answer, described; the names of those it got.

    DuckDB resolves all that a macro reads and calls when it is created. One that reads what is not here is an error
    only for who sees everything.
    """
    for shape in SHAPES:
        connection.execute(shape)
    connection.execute("create schema api")
    refused: dict[str, object] = {}
    for name in _callees_first(macros):
        try:
            connection.execute(macros[name])
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            refused[name] = error
    created = connection.execute(
        "select function_name from duckdb_functions()"
        " where database_name = 'published' and schema_name = 'api'"
    ).fetchall()
    for name in macros.keys() - refused.keys() - {name for (name,) in created}:
        refused[name] = "its file creates another"
    if role == SEES_ALL and refused:
        name, why = next(iter(refused.items()))
        raise CairnError(
            f"The macro api.{name} cannot be called on {role}'s tables ({why}); nothing was published"
            f" and the last version stands; correct pipelines/publish/api/{name}.sql."
        )
    allowed = [name for name in macros if name not in refused]
    for name in allowed:
        described = literal(opening_comment(macros[name]))
        connection.execute(f"comment on macro table api.{name} is {described}")
    return allowed


def _callees_first(macros: Mapping[str, str]) -> Iterable[str]:
    """The names of the macros, each after those that it calls."""
    calls = {
        name: {other for other in macros if other != name and f"api.{other}(" in sql}
        for name, sql in macros.items()
    }
    return TopologicalSorter(calls).static_order()
