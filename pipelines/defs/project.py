"""How the dbt project is found, called, kept parsed, and read as assets.

Belongs here: dbt's process and its environment, the manifest, and the names that models have as assets.
Not here: the step that builds the models.
"""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import dagster as dg

from pipelines.code_version import ROOT, sources
from pipelines.dbt_process import WaitingDbt
from pipelines.errors import CairnError
from pipelines.marts import read_marts
from pipelines.settings import Settings

PROJECT = ROOT / "dbt_project"
TARGET = PROJECT / "target"
PARSED_STATE = "partial_parse.msgpack"
BUILT = ("model", "seed")


def waiting_dbt(settings: Settings) -> WaitingDbt:
    """A dbt that comes up for a data root; its artifacts and its log go to `<data>/dbt`.

    A process of our own: dbt is never imported here, nor `dagster_dbt`, which imports it, takes longer to come
    up than all else of a run together, and gives no more than the assets below.
    """
    target = run_target(settings)
    target.mkdir(parents=True, exist_ok=True)
    return WaitingDbt(PROJECT, TARGET / PARSED_STATE, _environment(settings, target))


def run_target(settings: Settings) -> Path:
    """Where the runs of a data root keep dbt's artifacts."""
    return settings.data.absolute() / "dbt"


def _environment(settings: Settings, target: Path) -> dict[str, str]:
    return {
        **os.environ,
        # What profiles.yml asks for. Other values than last time's cost dbt a full parse.
        "CAIRN_WAREHOUSE": str(settings.warehouse.absolute()),
        "CAIRN_MEMORY_LIMIT": settings.memory_limit,
        "CAIRN_THREADS": str(settings.threads),
        "DBT_PROFILES_DIR": str(PROJECT),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target),
    }


def manifest() -> dict[str, Any]:
    """The parsed project; parsed anew when a source is newer than the last parse, or went away."""
    path = TARGET / "manifest.json"
    TARGET.mkdir(parents=True, exist_ok=True)
    with (TARGET / ".lock").open("w") as lock:
        # One process parses, and whoever starts meanwhile waits for it.
        fcntl.flock(lock, fcntl.LOCK_EX)
        is_parsed = path.exists() and (TARGET / PARSED_STATE).exists()
        if not is_parsed or _was_changed_since(path.stat().st_mtime_ns):
            parsed = subprocess.run(
                [Path(sys.executable).with_name("dbt"), "--quiet", "--no-use-colors", "parse"],
                cwd=PROJECT,
                env=_environment(Settings(), TARGET),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            if parsed.returncode != 0:
                raise CairnError(
                    f"dbt cannot parse {PROJECT}: {' '.join(parsed.stdout.split())};"
                    " nothing was run; mend the file that it names."
                )
    content: dict[str, Any] = json.loads(path.read_bytes())
    return content


def _was_changed_since(moment: int) -> bool:
    # A folder's time changes when a file in it is removed.
    watched = {path for source in sources(PROJECT) for path in (source, source.parent)}
    return any(path.stat().st_mtime_ns > moment for path in watched - {PROJECT})


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
            description=node["description"] or node["name"],
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
