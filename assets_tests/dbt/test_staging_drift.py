"""Staging restates each contract's columns for its readers; here it is held against the contracts."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest
import yaml

from pipelines.contracts import CONTRACTS
from pipelines.contracts.model import Contract, Kind, Type
from pipelines.dbt import PROJECT

STAGING = PROJECT / "models" / "staging"
PROVENANCE = ["_batch", "_row"]
ENTITIES = [contract for contract in CONTRACTS.values() if contract.kind is Kind.ENTITY]


def described(warehouse: duckdb.DuckDBPyConnection, model: str) -> list[tuple[str, str]]:
    rows = warehouse.execute(f"describe staging.{model}").fetchall()
    return [
        (name, kind.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ")) for name, kind, *_ in rows
    ]


def declared(contract: Contract) -> list[tuple[str, str]]:
    columns = contract.declared if contract.kind is Kind.ENTITY else contract.columns
    return [
        (column.name, "DECIMAL(18,9)" if column.type is Type.FLOAT else column.sql_type)
        for column in columns
    ]


def provenance() -> list[tuple[str, str]]:
    return [(name, "BIGINT") for name in PROVENANCE]


@pytest.mark.slow
@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda contract: contract.name)
def test_staging_has_the_columns_of_the_contract_in_its_order(
    contract: Contract, staged: duckdb.DuckDBPyConnection
) -> None:
    validity = [("valid_from", "TIMESTAMPTZ")] if contract.kind is Kind.ENTITY else []
    expected = declared(contract) + validity + provenance()
    assert described(staged, f"stg_{contract.name}") == expected


@pytest.mark.slow
@pytest.mark.parametrize("contract", ENTITIES, ids=lambda contract: contract.name)
def test_versions_have_the_columns_of_the_contract_in_its_order(
    contract: Contract, staged: duckdb.DuckDBPyConnection
) -> None:
    validity = [("valid_from", "TIMESTAMPTZ"), ("valid_to", "TIMESTAMPTZ")]
    expected = declared(contract) + validity + provenance()
    assert described(staged, f"stg_{contract.name}_versions") == expected


@pytest.mark.parametrize("contract", ENTITIES, ids=lambda contract: contract.name)
def test_versions_are_windowed_over_the_key_of_the_contract(contract: Contract) -> None:
    sql = (STAGING / contract.domain / f"stg_{contract.name}_versions.sql").read_text()
    called = re.search(r"versions\('(\w+)', key=(\[[^]]*\])\)", sql)
    assert called is not None
    assert called.groups() == (contract.name, str(list(contract.entity_key)))


def test_staging_holds_every_contract_and_nothing_else() -> None:
    expected = {f"{contract.domain}/stg_{contract.name}.sql" for contract in CONTRACTS.values()}
    expected |= {f"{contract.domain}/stg_{contract.name}_versions.sql" for contract in ENTITIES}
    # The only one that is asked for its tombstones: they make certifications stale.
    expected |= {"records/stg_rule_achievements_changes.sql"}
    found = {
        path.relative_to(STAGING).as_posix()
        for path in STAGING.rglob("*.sql")
        if path.parent.name != "ops"
    }
    assert found == expected


@pytest.mark.parametrize("sources", sorted(STAGING.rglob("*__sources.yml")), ids=lambda p: p.stem)
def test_each_raw_table_of_a_domain_is_a_source_with_its_asset_key(sources: Path) -> None:
    domain = sources.parent.name
    keys = {
        (schema["name"], table["name"]): table["config"]["meta"]["dagster"]["asset_key"]
        for schema in yaml.safe_load(sources.read_text())["sources"]
        for table in schema["tables"]
    }
    assert all(key == list(names) for names, key in keys.items())
    if domain != "ops":
        assert {name for _, name in keys} == {
            contract.name for contract in CONTRACTS.values() if contract.domain == domain
        }
