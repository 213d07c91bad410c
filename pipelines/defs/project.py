"""How the dbt project is found, called, kept parsed, and read as assets.

Belongs here: dbt's process and its environment, the manifest, and the names that models have as assets.
Not here: the step that builds the models.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings

from pipelines.code_version import ROOT, sources
from pipelines.errors import CairnError
from pipelines.marts import read_marts
from pipelines.settings import Settings

PROJECT = ROOT / "dbt_project"
TARGET = PROJECT / "target"
PARSED_STATE = "partial_parse.msgpack"

# dagster-dbt looks `dbt` up on PATH; it stands beside this Python, even when the environment is not activated.
BIN = Path(sys.executable).parent
os.environ["PATH"] = os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)])


def call_dbt(
    settings: Settings, command: str, *options: str, target: Path
) -> subprocess.CompletedProcess[str]:
    """Run one dbt command to its end; its artifacts and its log go to `target`.

    A process of our own, and not `DbtCliResource`, which first asks `dbt --version` and builds an adapter in
    this process: four seconds, and neither is needed.
    """
    return subprocess.run(
        [BIN / "dbt", "--quiet", "--no-use-colors", command, *options],
        cwd=PROJECT,
        env={
            **os.environ,
            # What profiles.yml asks for. Other values than last time's cost dbt a full parse.
            "CAIRN_WAREHOUSE": str(settings.warehouse.absolute()),
            "CAIRN_MEMORY_LIMIT": settings.memory_limit,
            "CAIRN_THREADS": str(settings.threads),
            "DBT_PROFILES_DIR": str(PROJECT),
            "DBT_TARGET_PATH": str(target),
            "DBT_LOG_PATH": str(target),
        },
        capture_output=True,
        text=True,
    )


def run_target(settings: Settings) -> Path:
    """Where the runs of one data root keep dbt's artifacts: from run to run, so that dbt parses little."""
    target = settings.data.absolute() / "dbt"
    target.mkdir(parents=True, exist_ok=True)
    if not (target / PARSED_STATE).exists() and (TARGET / PARSED_STATE).exists():
        shutil.copy(TARGET / PARSED_STATE, target)
    return target


def manifest() -> dict[str, Any]:
    """The parsed project; parsed anew when a source is newer than the last parse, or went away."""
    path = TARGET / "manifest.json"
    TARGET.mkdir(parents=True, exist_ok=True)
    with (TARGET / ".lock").open("w") as lock:
        # One process parses, and whoever starts meanwhile waits for it.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists() or _was_changed_since(path.stat().st_mtime_ns):
            parsed = call_dbt(Settings(), "parse", target=TARGET)
            if parsed.returncode != 0:
                raise CairnError(
                    f"dbt cannot parse {PROJECT}: {' '.join((parsed.stdout + parsed.stderr).split())};"
                    " nothing was run; mend the file that it names."
                )
    content: dict[str, Any] = json.loads(path.read_bytes())
    return content


def _was_changed_since(moment: int) -> bool:
    # A folder's time changes when a file in it is removed.
    watched = {path for source in sources(PROJECT) for path in (source, source.parent)}
    return any(path.stat().st_mtime_ns > moment for path in watched - {PROJECT})


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


# dbt's tests are part of the build, which fails with them; the asset checks are those of `pipelines.checks`.
TRANSLATOR = Translator(DagsterDbtTranslatorSettings(enable_asset_checks=False))
PARSED = manifest()
MARTS = tuple(mart.table for mart in read_marts(PARSED))
