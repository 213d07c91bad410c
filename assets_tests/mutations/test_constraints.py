"""Every constraint that dbt puts on a mart refuses the row that breaks it, and dbt has no test without a mutation."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from assets_tests.conftest import SampleRun
from assets_tests.dbt.harness import connect
from pipelines.defs.project import PARSED

MODELS = [node for node in PARSED["nodes"].values() if node["resource_type"] == "model"]
KEYS = [
    (f"{node['schema']}.{node['alias']}", constraint["columns"])
    for node in MODELS
    for constraint in node["constraints"]
    if constraint["type"] == "primary_key"
]
PRESENT = [
    (f"{node['schema']}.{node['alias']}", column)
    for node in MODELS
    for column, described in node["columns"].items()
    if any(constraint["type"] == "not_null" for constraint in described["constraints"])
] + [(table, column.strip('"')) for table, columns in KEYS for column in columns]


@pytest.fixture(scope="module")
def warehouse(
    sample_run: SampleRun, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the sample's: whatever is refused leaves it as it was."""
    path = tmp_path_factory.mktemp("constraints") / "warehouse.duckdb"
    shutil.copy(sample_run.settings.warehouse, path)
    with connect(path) as connection:
        yield connection


@pytest.mark.parametrize(("table", "columns"), KEYS, ids=[table for table, _ in KEYS])
def test_a_key_that_stands_twice_is_refused(
    table: str, columns: list[str], warehouse: duckdb.DuckDBPyConnection
) -> None:
    others = ", ".join(f"null as {name}" for name in free_columns(warehouse, table))
    replaced = f"replace ({others})" if others else ""
    with pytest.raises(duckdb.ConstraintException, match=f"[Dd]uplicate key.*{columns[0]}"):
        warehouse.execute(f"insert into {table} select * {replaced} from {table} limit 1")


def free_columns(warehouse: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """The columns of a table that may be NULL, so that a row's key is all that it shares with another."""
    return [
        f'"{name}"'
        for name, _, is_nullable, *_ in warehouse.execute(f"describe {table}").fetchall()
        if is_nullable == "YES"
    ]


@pytest.mark.parametrize(("table", "column"), PRESENT)
def test_a_missing_value_is_refused(
    table: str, column: str, warehouse: duckdb.DuckDBPyConnection
) -> None:
    with pytest.raises(duckdb.ConstraintException, match=rf'NOT NULL.*\."?{column}"?$'):
        warehouse.execute(
            f'update {table} set "{column}" = null where rowid = (select min(rowid) from {table})'
        )


def test_every_constraint_is_one_of_these() -> None:
    declared = {
        constraint["type"]
        for node in PARSED["nodes"].values()
        for described in (node, *node["columns"].values())
        for constraint in described.get("constraints", ())
    }
    assert declared == {"primary_key", "not_null"}


def test_dbt_s_tests_are_unit_tests() -> None:
    """What a data test would say is said by a constraint, a model or a rule; one of dbt's own needs a mutation here."""
    data_tests: list[dict[str, Any]] = [
        node for node in PARSED["nodes"].values() if node["resource_type"] == "test"
    ]
    assert data_tests == []
