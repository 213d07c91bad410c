"""The models as dbt compiled them, answering again whenever the dials are turned: for tests that ask often.

Belongs here: the product's own SQL without dbt around it. Whoever uses this builds once with dbt and compares that too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb

from assets_tests.dbt.harness import connect, turn_dials


def make_live(connection: duckdb.DuckDBPyConnection, target: Path) -> None:
    """Put a view of its compiled SQL in the place of every table that the last dbt build made of a model.

    `target` is the folder in which that build left its artifacts. From then on `ops.run` and the rows in `raw` are all
    that the tables depend on; their constraints are gone.
    """
    for relation, query in _tables(target):
        connection.execute(f"drop table {relation}")
        connection.execute(f"create view {relation} as {query}")


def make_again(connection: duckdb.DuckDBPyConnection, target: Path) -> None:
    """Fill every table that the last dbt build made of a model anew, by its compiled SQL; its constraints hold.

    Cheaper than views where everything is read once and much is made of much else.
    """
    for relation, query in _tables(target):
        connection.execute(f"truncate {relation}")
        connection.execute(f"insert into {relation} by name ({query})")


def judge_again(warehouse: Path, n: int, as_of: datetime) -> None:
    """Turn the dials of a warehouse that dbt has built beside its artifacts, and make its tables again."""
    turn_dials(warehouse, n, as_of)
    with connect(warehouse) as connection:
        make_again(connection, warehouse.parent / "target")


def _tables(target: Path) -> Iterator[tuple[str, str]]:
    """(relation, query) of every model that is a table, in the order in which dbt built them."""
    nodes = json.loads((target / "manifest.json").read_bytes())["nodes"]
    results = json.loads((target / "run_results.json").read_bytes())["results"]
    for node in (nodes[result["unique_id"]] for result in results):
        if node["resource_type"] == "model" and node["config"]["materialized"] == "table":
            yield node["relation_name"], node["compiled_code"]
