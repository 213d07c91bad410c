"""How the dbt project is found, kept parsed, and read as assets.

Belongs here: the manifest, dbt's environment, and the names that models have as assets. Not here: the
step that builds the models.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliResource

from pipelines.code_version import ROOT, sources
from pipelines.errors import CairnError
from pipelines.marts import read_marts
from pipelines.settings import Settings

PROJECT = ROOT / "dbt_project"
MANIFEST = PROJECT / "target" / "manifest.json"

# `dbt` stands beside this Python, and is looked up on PATH even when the environment is not activated.
BIN = str(Path(sys.executable).parent)
if BIN not in os.environ["PATH"].split(os.pathsep):
    os.environ["PATH"] = os.pathsep.join([BIN, os.environ["PATH"]])


def environment(settings: Settings) -> dict[str, str]:
    """What `profiles.yml` asks for. Other values than last time's cost dbt a full parse."""
    return {
        "CAIRN_WAREHOUSE": str(settings.warehouse.absolute()),
        "CAIRN_MEMORY_LIMIT": settings.memory_limit,
        "CAIRN_THREADS": str(settings.threads),
        "DBT_PROFILES_DIR": str(PROJECT),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


@contextmanager
def dbt_environment(settings: Settings) -> Iterator[None]:
    """Hand the settings to the dbt process that is started inside; `DbtCliResource` takes no environment."""
    before = dict(os.environ)
    os.environ.update(environment(settings))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def manifest() -> dict[str, Any]:
    """The parsed project; parsed anew when a source is newer than the last parse, or went away."""
    if not MANIFEST.exists() or _is_older_than_sources():
        _parse()
    content: dict[str, Any] = json.loads(MANIFEST.read_bytes())
    return content


def _is_older_than_sources() -> bool:
    parsed_at = MANIFEST.stat().st_mtime_ns
    # A folder's time changes when a file in it is removed.
    watched = {path for source in sources(PROJECT) for path in (source, source.parent)}
    return any(path.stat().st_mtime_ns > parsed_at for path in watched - {PROJECT})


def _parse() -> None:
    parsed = subprocess.run(
        ["dbt", "--quiet", "parse", "--project-dir", str(PROJECT)],
        env={**os.environ, **environment(Settings())},
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )
    if parsed.returncode != 0:
        raise CairnError(
            f"dbt cannot parse {PROJECT}: {(parsed.stdout + parsed.stderr).strip()};"
            " nothing was run; mend the model that it names."
        )


class Translator(DagsterDbtTranslator):
    """A model is the asset [schema, table], in the group of its domain, as in the warehouse."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """[<domain>, <mart>], [staging, stg_<contract>], [raw, <contract>]."""
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey([dbt_resource_props["source_name"], dbt_resource_props["name"]])
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["alias"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The domain: the folder that the model's file lies in."""
        return str(dbt_resource_props["fqn"][-2])

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """What the YAML beside the model says, without the SQL."""
        return str(dbt_resource_props.get("description") or dbt_resource_props["name"])


PARSED = manifest()
MARTS = tuple(mart.table for mart in read_marts(PARSED))


@dg.definitions
def resources() -> dg.Definitions:
    """dbt, for the transform step."""
    return dg.Definitions(
        resources={"dbt": DbtCliResource(project_dir=str(PROJECT), profiles_dir=str(PROJECT))}
    )
