"""Step 3's process: how the dbt project is found, called, and kept parsed.

Belongs here: dbt's command line, its environment and its manifest. Not here: the models, and what the shell makes
of them.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from pipelines.code_version import ROOT, sources
from pipelines.errors import CairnError
from pipelines.settings import Settings

PROJECT = ROOT / "dbt_project"
TARGET = PROJECT / "target"
PARSED_STATE = "partial_parse.msgpack"

# `dbt` stands beside this Python, even when the environment is not activated.
BIN = Path(sys.executable).parent


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
        env={**os.environ, **environment(settings, target)},
        capture_output=True,
        text=True,
    )


def environment(settings: Settings, target: Path) -> dict[str, str]:
    """What profiles.yml asks for, and where dbt writes. Other values than last time's cost dbt a full parse."""
    return {
        "CAIRN_WAREHOUSE": str(settings.warehouse.absolute()),
        "CAIRN_MEMORY_LIMIT": settings.memory_limit,
        "CAIRN_THREADS": str(settings.threads),
        "DBT_PROFILES_DIR": str(PROJECT),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target),
    }


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
