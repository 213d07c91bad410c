"""The bare side of a rebuild: the statements of dbt's last run by DuckDB alone, and a Parquet file of each mart.

`python -m benchmarks.bare_rebuild FOLDER` reads what a run left below a data root, its raw tables among it, and writes
`FOLDER/bare.duckdb` and `FOLDER/bare/`. Nothing else is done: no ledger, no column contract, no key, no check, no role.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import duckdb

from pipelines.dbt import run_target
from pipelines.marts import read_marts
from pipelines.settings import Settings
from pipelines.sql_text import literal
from pipelines.warehouse.connection import configure

# What a run writes itself before it builds: its dials, the ledger's books and the seeds.
GIVEN = ("ops", "raw", "policy")


def rebuild(settings: Settings) -> None:
    """The raw tables, every model in the order in which dbt built them, and every mart as a Parquet file."""
    target = run_target(settings)
    manifest = json.loads((target / "manifest.json").read_bytes())
    results = json.loads((target / "run_results.json").read_bytes())["results"]
    database, parquet = settings.data / "bare.duckdb", settings.data / "bare"
    database.unlink(missing_ok=True)
    shutil.rmtree(parquet, ignore_errors=True)
    parquet.mkdir()
    with duckdb.connect() as connection:
        configure(connection, settings)
        # Compiled statements name the warehouse by this name.
        connection.execute(f"attach {literal(database)} as warehouse")
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
            order = ", ".join(f'"{name}" nulls first' for name in mart.grain)
            connection.execute(
                f"copy (select * from {mart.table} order by {order})"
                f" to {literal(parquet / f'{mart.table}.parquet')} (format parquet, compression zstd)"
            )


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
