"""`status.json`: what readers are served, and whether the last run failed; rewritten at the end of every run.

Belongs here: the states, and the documented error body. Everybody who reads published files reads this one,
so it never holds a row: a failure is one sentence.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pipelines.errors import CairnError
from pipelines.files import make_durable
from pipelines.publish.access import open_to_all
from pipelines.publish.manifest import iso, read_manifest
from pipelines.publish.versions import MANIFEST
from pipelines.settings import Settings

# What every reader of ours answers where nothing can be served (R000-47..49): each character is fixed. A failed
# run's status carries it too, while the version before it stands (G000-17).
PERFORMANCE_DATA_UNAVAILABLE = {
    "error": {
        "code": "PERFORMANCE_DATA_UNAVAILABLE",
        "message": "Performance data is temporarily unavailable",
    }
}


# With which a server answers it (G000-18).
HTTP_STATUS = 503


class State(StrEnum):
    """`ok`; `stale`: the last run failed and the version before it stands; `unavailable`: no version can be served."""

    OK = "ok"
    STALE = "stale"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class Failure:
    """The step that a run failed in, and the one sentence that says why."""

    step: str
    error: str


def write_status(
    settings: Settings, run_id: str, failure: Failure | None = None, at: datetime | None = None
) -> dict[str, Any]:
    """Write what is so at the end of a run (`at`, by default this moment), and return it.

    Keys: state, version, n, as_of, published_at (NULL without a version), run_id; with a failure `failure`:
    step, error, since (the first of the runs that failed in a row). A failure, and the lack of a version,
    carry the documented `error`; the latter also the `http_status` of a server that has nothing to serve, and
    `problem`: why the version that is there cannot be served, NULL where there is none.
    """
    status: dict[str, Any] = {**_served(settings), "run_id": run_id}
    if failure is not None:
        if status["state"] == State.OK:
            status["state"] = State.STALE
        status |= PERFORMANCE_DATA_UNAVAILABLE
        before = _written(settings).get("failure")
        since = before["since"] if before else iso(at or datetime.now(UTC))
        status["failure"] = {"step": failure.step, "error": failure.error, "since": since}
    settings.published.mkdir(parents=True, exist_ok=True)
    path = settings.published / "status.json"
    new = path.with_name(".status-new.json")
    new.write_text(json.dumps(status, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    open_to_all(settings.published, new)
    make_durable(new)
    new.replace(path)
    make_durable(settings.published)
    return status


def read_status(settings: Settings) -> dict[str, Any]:
    """What the last run that ended wrote; where no version can be served, that, and whatever failed.

    Where another version is served than that run knew, because the one after it did not come to its end, what is so,
    without a `run_id`.
    """
    served, written = _served(settings), _written(settings)
    if served["state"] == State.UNAVAILABLE:
        return {**written, **served}
    return written if written.get("version") == served["version"] else {**served, "run_id": None}


def _served(settings: Settings) -> dict[str, Any]:
    current = settings.current
    if not (current / MANIFEST).is_file():
        return _unavailable()
    try:
        manifest = read_manifest(current)
    except CairnError as error:
        return _unavailable(str(error))
    written_at = datetime.fromtimestamp((current / MANIFEST).stat().st_mtime, UTC)
    return {
        "state": State.OK,
        **{key: manifest[key] for key in ("version", "n", "as_of")},
        "published_at": iso(written_at),
    }


def _unavailable(problem: str | None = None) -> dict[str, Any]:
    nothing = dict.fromkeys(("version", "n", "as_of", "published_at"))
    error = {**PERFORMANCE_DATA_UNAVAILABLE, "http_status": HTTP_STATUS}
    return {"state": State.UNAVAILABLE, **nothing, **error, "problem": problem}


def _written(settings: Settings) -> dict[str, Any]:
    """What the last run wrote; nothing when that is not there or cannot be read: the next run writes it anew."""
    try:
        status = json.loads((settings.published / "status.json").read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return {}
    return status if isinstance(status, dict) else {}
