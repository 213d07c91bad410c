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
from typing import Any, NoReturn

from pipelines.code_version import ROOT, sources
from pipelines.dbt_process import WaitingDbt
from pipelines.errors import CairnError
from pipelines.settings import Settings, read_settings

PROJECT = ROOT / "dbt_project"
TARGET = PROJECT / "target"
MANIFEST, PARSED_STATE = "manifest.json", "partial_parse.msgpack"
OF_ANY_PROCESS = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH")

# All of the project. Unit tests prove formulas, not data: they run with the tests of this repository.
BUILD = (
    "--quiet",
    "--no-use-colors",
    "--log-level-file=info",
    "--cache-selected-only",
    "build",
    "--exclude-resource-type=unit_test",
)


def waiting_dbt(settings: Settings) -> WaitingDbt:
    """A dbt that comes up for a data root; its artifacts and its log go to `run_target`.

    A process of our own: dbt is never imported here, nor `dagster_dbt`, which imports it and takes longer to come
    up than all else of a run together.
    """
    target = run_target(settings)
    target.mkdir(parents=True, exist_ok=True)
    return WaitingDbt(PROJECT, TARGET / PARSED_STATE, environment(settings, target))


def run_target(settings: Settings) -> Path:
    """Where the runs of a data root keep dbt's artifacts."""
    return settings.data.absolute() / "dbt"


def discard_logs(settings: Settings) -> None:
    """Throw away what dbt's runs wrote, which may quote rows; the next run writes it again."""
    shutil.rmtree(run_target(settings), ignore_errors=True)


def environment(settings: Settings, target: Path) -> dict[str, str]:
    """All that dbt is told: what profiles.yml asks for, where dbt writes, and what any process needs.

    Other values than last time's cost dbt a full parse. Nothing else is handed on: dbt looks through its environment
    for secrets at every line that it logs.
    """
    return {
        **{name: os.environ[name] for name in OF_ANY_PROCESS if name in os.environ},
        "CAIRN_WAREHOUSE": str(settings.warehouse.absolute()),
        "CAIRN_MEMORY_LIMIT": settings.memory_limit,
        "CAIRN_THREADS": str(settings.threads),
        "DBT_PROFILES_DIR": str(PROJECT),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target),
    }


def manifest() -> dict[str, Any]:
    """The parsed project; parsed anew when a source is newer than the last parse, or went away.

    Where this user may not write the code, the last parse is used as it stands.
    """
    held = TARGET / ".lock"
    try:
        TARGET.mkdir(parents=True, exist_ok=True)
        lock = held.open("w")
    except OSError as error:
        return _current() or _refuse(error)
    with lock:
        # One process parses, and whoever starts meanwhile waits for it.
        fcntl.flock(lock, fcntl.LOCK_EX)
        parsed = _current()
        if parsed is None:
            held.touch()
            begun = held.stat().st_mtime_ns
            _parse()
            # A source that was saved while dbt parsed is newer than the parse.
            os.utime(TARGET / MANIFEST, ns=(begun, begun))
            parsed = json.loads((TARGET / MANIFEST).read_bytes())
        return parsed


def _current() -> dict[str, Any] | None:
    """The last parse; None when there is none, when it was cut short, or when a source is newer."""
    path = TARGET / MANIFEST
    try:
        parsed: dict[str, Any] = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    is_whole = (TARGET / PARSED_STATE).exists()
    return parsed if is_whole and not _was_changed_since(path.stat().st_mtime_ns) else None


def _refuse(error: OSError) -> NoReturn:
    raise CairnError(
        f"dbt has not parsed {PROJECT} since it changed last, and this user cannot write there ({error}); nothing"
        " was run; have a user who can call `python -m pipelines.dbt` once, and again after every change of the code."
    ) from error


def _parse() -> None:
    # `dbt` stands beside this Python, even when the environment is not activated.
    parsed = subprocess.run(
        [Path(sys.executable).with_name("dbt"), "--quiet", "--no-use-colors", "parse"],
        cwd=PROJECT,
        env=environment(read_settings(), TARGET),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if parsed.returncode != 0:
        raise CairnError(
            f"dbt cannot parse {PROJECT}: {' '.join(parsed.stdout.split())};"
            " nothing was run; mend the file that it names."
        )


def _was_changed_since(moment: int) -> bool:
    # A folder's time changes when a file in it is removed.
    watched = {path for source in sources(PROJECT) for path in (source, source.parent)}
    return any(path.stat().st_mtime_ns > moment for path in watched - {PROJECT})


if __name__ == "__main__":
    manifest()
