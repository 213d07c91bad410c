"""The bare side of a rebuild: the statements of dbt's last run, and every role's files, by DuckDB alone.

`python -m benchmarks.bare_rebuild FOLDER` reads what a run left below a data root, its raw tables among it, and writes
into `FOLDER/bare/`. Nothing else is done: no ledger, no column contract, no key, no check, no hash of what was made, no
description, no macro.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import duckdb

from pipelines.dbt import run_target
from pipelines.marts import ROLES, Mart, read_marts
from pipelines.publish.database import STORAGE_VERSION
from pipelines.publish.tables import role_query
from pipelines.settings import Settings
from pipelines.sql_text import copy_to_parquet, literal
from pipelines.warehouse.connection import configure

# What a run writes itself before it builds: its dials, the ledger's books and the seeds.
GIVEN = ("ops", "raw", "policy")
KEY = b"the key of the hashes that stand for ids"


def rebuild(settings: Settings) -> None:
    """The raw tables, every model in the order in which dbt built them, and what each role sees of the marts."""
    target = run_target(settings)
    manifest = json.loads((target / "manifest.json").read_bytes())
    results = json.loads((target / "run_results.json").read_bytes())["results"]
    folder = settings.data / "bare"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with duckdb.connect() as connection:
        configure(connection, settings)
        # Compiled statements name the warehouse by this name.
        connection.execute(f"attach {literal(folder / 'warehouse.duckdb')} as warehouse")
        connection.execute(f"attach {literal(settings.warehouse)} as built (read_only)")
        connection.execute("use warehouse")
        for schema in {"raw", *(node["schema"] for node in manifest["nodes"].values())}:
            connection.execute(f"create schema if not exists {schema}")
        marts = read_marts(manifest)
        _copy_given(connection, {mart.table for mart in marts})
        for result in results:
            node = manifest["nodes"][result["unique_id"]]
            if node["resource_type"] == "model":
                kind = node["config"]["materialized"]
                relation, query = result["relation_name"], result["compiled_code"]
                connection.execute(f"create {kind} {relation} as {query}")
        for mart in marts:
            _write_files(connection, mart, folder)
        for role in ROLES:
            _write_database(connection, folder / role)


def _write_files(connection: duckdb.DuckDBPyConnection, mart: Mart, folder: Path) -> None:
    """What each role sees of a mart as a Parquet file; what two of them see alike is written once, and copied."""
    described = connection.sql(f"from {mart.table} limit 0")
    types = dict(zip(described.columns, map(str, described.types), strict=True))
    written: dict[str, Path] = {}
    for role in mart.visibility:
        query = role_query(mart, role, types, KEY)
        path = folder / role / f"{mart.table}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        if query in written:
            shutil.copyfile(written[query], path)
        else:
            connection.execute(copy_to_parquet(query, path))
            written[query] = path


def _write_database(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """A role's files as the tables of a database."""
    database = literal(folder / "cairn.duckdb")
    connection.execute(f"attach {database} as role (storage_version '{STORAGE_VERSION}')")
    for path in sorted(folder.glob("*.parquet")):
        domain = path.stem.partition(".")[0]
        connection.execute(f"create schema if not exists role.{domain}")
        connection.execute(f"create table role.{path.stem} as from read_parquet({literal(path)})")
    connection.execute("detach role")


def _copy_given(connection: duckdb.DuckDBPyConnection, built: set[str]) -> None:
    """The tables that dbt reads and does not build, as the last run left them."""
    given = connection.execute(
        "select schema_name, table_name from duckdb_tables()"
        f" where database_name = 'built' and schema_name in {GIVEN}"
    ).fetchall()
    for schema, table in given:
        if f"{schema}.{table}" not in built:
            connection.execute(f"create table {schema}.{table} as from built.{schema}.{table}")


if __name__ == "__main__":
    rebuild(Settings(data=Path(sys.argv[1])))
