"""Tables as declared: every primary key stands, a duplicate stops the build, and texts are stored as told."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assets_tests.dbt.harness import connect, failures, insert, make_warehouse, run_dbt

pytestmark = pytest.mark.slow


def test_every_declared_key_is_enforced(built_warehouse: Path) -> None:
    manifest = json.loads((built_warehouse.parent / "target" / "manifest.json").read_text())
    declared = {
        (node["schema"], node["alias"], tuple(name.strip('"') for name in constraint["columns"]))
        for node in manifest["nodes"].values()
        for constraint in node.get("constraints", ())
        if constraint["type"] == "primary_key"
    }
    with connect(built_warehouse) as connection:
        keys = connection.execute(
            "select schema_name, table_name, constraint_column_names from duckdb_constraints()"
            " where constraint_type = 'PRIMARY KEY'"
        ).fetchall()
    assert len(declared) > 20
    assert {(schema, table, tuple(columns)) for schema, table, columns in keys} == declared


def test_a_duplicate_stops_the_build_and_the_table_before_it_stands(tmp_path: Path) -> None:
    batch = {"batch": 1, "committed_at": datetime(2026, 3, 1, tzinfo=UTC), "hash": "first"}
    warehouse = make_warehouse(tmp_path / "warehouse.duckdb", {"ledger_batches": [batch]})
    assert failures(run_dbt(warehouse, "run", "--select", "+batches")) == []
    insert(warehouse, {"ledger_batches": [batch | {"hash": "second"}]})
    [failure] = failures(run_dbt(warehouse, "run", "--select", "batches"))
    assert "primary key" in failure.lower()
    with connect(warehouse) as connection:
        assert connection.execute("select batch, hash from ops.batches").fetchall() == [
            (1, "first")
        ]


def test_columns_are_compressed_as_declared(built_warehouse: Path) -> None:
    manifest = json.loads((built_warehouse.parent / "target" / "manifest.json").read_text())
    declared = {
        (node["schema"], node["alias"], name, column["config"]["meta"]["compression"])
        for node in manifest["nodes"].values()
        for name, column in node["columns"].items()
        if "compression" in column.get("config", {}).get("meta", {})
    }
    with connect(built_warehouse) as connection:
        tables = connection.execute(
            "select schema_name, table_name, sql from duckdb_tables()"
        ).fetchall()
    stored = {
        (schema, table, name, compression.lower())
        for schema, table, sql in tables
        for name, compression in re.findall(r"(\w+) VARCHAR USING COMPRESSION (\w+)", sql)
    }
    assert declared
    assert stored == declared
