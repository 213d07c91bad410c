"""The graph as it stands, and what holds for all of it."""

from __future__ import annotations

import ast
import difflib
from pathlib import Path

import dagster as dg
import pytest

import pipelines
from assets_tests.defs.graph import SNAPSHOT, describe
from pipelines.contracts import CONTRACTS
from pipelines.definitions import NIGHTLY
from pipelines.defs.project import PARSED, asset_key, built
from pipelines.marts import ROLES

STEPS = {"ingest", "load", "check_loaded", "transform", "check", "publish"}


def test_graph_is_the_recorded_one(loaded: dg.Definitions) -> None:
    recorded = SNAPSHOT.read_text().splitlines()
    drift = "\n".join(
        difflib.unified_diff(recorded, describe(loaded), "graph.txt", "now", "", "", 0)
    )
    assert not drift, (
        f"The graph changed:\n{drift}\n"
        "If that is meant: python -m assets_tests.defs.graph > assets_tests/defs/graph.txt"
    )


def test_every_contract_and_role_is_an_asset_in_its_group(loaded: dg.Definitions) -> None:
    graph = loaded.resolve_asset_graph()
    for name, contract in CONTRACTS.items():
        assert graph.get(dg.AssetKey(["raw", name])).group_name == contract.domain
    for role in ROLES:
        assert graph.get(dg.AssetKey(["published", role])).group_name == "published"


@pytest.mark.requirement("R000-11", "R000-29")
def test_every_asset_is_described_owned_and_has_a_deadline(loaded: dg.Definitions) -> None:
    graph = loaded.resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description, key
        assert node.owners == [f"team:{node.group_name}"], key
        assert node.freshness_policy == NIGHTLY, key


def test_what_runs_the_graph_says_when_and_judged_at_what(loaded: dg.Definitions) -> None:
    jobs = {job.name: job for job in loaded.resolve_all_job_defs()}
    for runs in (jobs["nightly"], *(loaded.schedules or ()), *(loaded.sensors or ())):
        assert "judged at" in (runs.description or ""), runs.name
    [sensor] = loaded.sensors or ()
    assert "off until it is switched on" in (sensor.description or "")


def test_every_table_of_dbt_tells_what_it_is(loaded: dg.Definitions) -> None:
    graph = loaded.resolve_asset_graph()
    for node in built(PARSED).values():
        asset = graph.get(asset_key(node))
        told = asset.metadata
        assert told["dagster/table_name"] == f"warehouse.{'.'.join(asset.key.path)}"
        assert told["dbt/materialized"] in ("table", "view", "seed")
        assert {"dbt", "duckdb"} <= asset.kinds
        assert asset.code_version
        # A view of staging is its contract and needs no words.
        assert asset.description != node["name"] or node["schema"] == "staging", node["name"]
        schema = told.get("dagster/column_schema")
        columns = [column.name for column in schema.columns] if schema else []
        assert columns == [column["name"] for column in node["columns"].values()]
        assert columns or asset.key.path[0] in ("staging", "intermediate")


def test_nothing_is_published_before_every_blocking_check(loaded: dg.Definitions) -> None:
    graph = loaded.resolve_asset_graph()
    marts = set(graph.get(dg.AssetKey(["published", "admin"])).parent_keys)
    judged = {
        key.asset_key
        for key in graph.asset_check_keys
        if graph.get_check_spec(key).blocking and key.asset_key.path[0] != "raw"
    }
    assert judged == marts


@pytest.mark.requirement("R000-46")
def test_steps_share_one_pool_and_are_tried_three_times(loaded: dg.Definitions) -> None:
    nodes = {node.name: node.definition for node in loaded.resolve_job_def("nightly").nodes}
    assert nodes.keys() == STEPS
    assert {name: definition.pool for name, definition in nodes.items()} == dict.fromkeys(
        STEPS, "warehouse"
    )
    for name in STEPS - {"check", "check_loaded"}:
        policy = nodes[name].retry_policy
        assert policy is not None
        assert (policy.max_retries, policy.backoff) == (2, dg.Backoff.EXPONENTIAL)


def test_only_the_shell_knows_dagster() -> None:
    package = Path(pipelines.__path__[0])
    knowing = {
        path.relative_to(package).parts[0]
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        and any(name.startswith("dagster") for name in _modules(node))
    }
    assert knowing == {"definitions.py", "defs"}


def _modules(node: ast.Import | ast.ImportFrom) -> list[str]:
    return (
        [alias.name for alias in node.names]
        if isinstance(node, ast.Import)
        else [node.module or ""]
    )
