"""The dbt project as assets: the names that models have, what is told of them, and the marts among them.

Belongs here: what of the manifest the graph shows. Not here: the step that builds the models, and dbt's process.
"""

from collections.abc import Mapping
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg

from pipelines.contracts import CONTRACTS
from pipelines.contracts.model import Kind
from pipelines.dbt import manifest
from pipelines.marts import read_marts
from pipelines.sql_text import opening_comment

BUILT = ("model", "seed")


def asset_key(node: Mapping[str, Any]) -> dg.AssetKey:
    """A node of the manifest as an asset: [<domain>, <mart>], [staging, stg_<contract>], [raw, <contract>]."""
    if node["resource_type"] == "source":
        return dg.AssetKey([node["source_name"], node["name"]])
    return dg.AssetKey([node["schema"], node["alias"]])


def asset_specs(parsed: Mapping[str, Any]) -> list[dg.AssetSpec]:
    """Every table that dbt makes, described as in the project, in the group of its domain.

    dbt's tests are part of the build, which fails with them; the asset checks are those of `pipelines.checks`.
    """
    known = {**parsed["sources"], **parsed["nodes"]}
    return [
        dg.AssetSpec(
            asset_key(node),
            deps=[asset_key(known[name]) for name in node["depends_on"].get("nodes", ())],
            group_name=node["fqn"][-2],
            description=_description(node),
            code_version=node["checksum"]["checksum"],
            kinds={"dbt", "duckdb"},
            metadata=_metadata(node),
        )
        for node in built(parsed).values()
    ]


def built(parsed: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The nodes that dbt makes tables or views of, by their unique names."""
    return {name: node for name, node in parsed["nodes"].items() if node["resource_type"] in BUILT}


def in_order(nodes: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The same nodes, each after all that it is made from."""
    parents = {name: node["depends_on"].get("nodes", ()) for name, node in nodes.items()}
    return {
        name: nodes[name] for name in TopologicalSorter(parents).static_order() if name in nodes
    }


def _description(node: Mapping[str, Any]) -> str:
    """What the project's documentation says of a node, or the comment at the top of its file, or its contract."""
    return node["description"] or opening_comment(node["raw_code"]) or _staged(node["name"])


def _staged(name: str) -> str:
    """What a view of staging holds: its contract's rows as far as a run knows them."""
    contract = CONTRACTS.get(name.removeprefix("stg_").removesuffix("_versions"))
    if contract is None:
        return name
    known = f"of the contract `{contract.name}` that are known at the run's `n` and"
    if contract.kind is Kind.EVENT:
        return f"The events {known} happened by its `as_of`."
    if name.endswith("_versions"):
        return f"The versions {known} began by its `as_of`, each from `valid_from` to `valid_to`."
    return f"The versions {known} are in force at its `as_of`, one per key."


def _metadata(node: Mapping[str, Any]) -> dict[str, Any]:
    metadata = {
        "dagster/table_name": node["relation_name"].replace('"', ""),
        "dagster/storage_kind": "duckdb",
        "dbt/unique_id": node["unique_id"],
        "dbt/materialized": node["config"]["materialized"],
    }
    if node["columns"]:
        metadata["dagster/column_schema"] = dg.TableSchema(
            [
                dg.TableColumn(
                    column["name"], column["data_type"] or "?", description=column["description"]
                )
                for column in node["columns"].values()
            ]
        )
    return metadata


PARSED = manifest()
MARTS = tuple(mart.table for mart in read_marts(PARSED))
