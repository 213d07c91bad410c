"""One ledger, derived with other shares of the machine: the bytes of every published Parquet file.

Belongs here: making them. What a domain publishes is taken from the project, so that a new one is in by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from assets_tests.determinism.signals import land_signals
from pipelines.code_version import code_version
from pipelines.ingest import ingest
from pipelines.ledger import Ledger, ledger_lock
from pipelines.proof.derivation import derived
from pipelines.publish import read_manifest
from pipelines.settings import Settings

AS_OF = datetime(2026, 4, 1, tzinfo=UTC)
SHARES = tuple((threads, memory) for threads in (1, 2, 8) for memory in ("1GiB", "8GiB"))

Bytes = dict[str, str]


def ledger_of(folder: Path, signals: int, seed: int) -> tuple[Settings, int]:
    """A data root whose ledger holds the signals, and how many were accepted."""
    settings = Settings(
        data=folder, pseudonym_key=SecretStr("the same on every machine, whichever that is")
    )
    land_signals(settings.landing, signals, seed)
    with ledger_lock(settings) as lock:
        report = ingest(settings, lock)
    return settings, sum(entry.accepted for entry in report.contracts.values())


def parquet_bytes(settings: Settings, threads: int, memory: str) -> tuple[Bytes, int]:
    """The SHA-256 of each Parquet file that follows from the ledger with these limits, and the rows in all tables."""
    ledger = Ledger(settings)
    version: dict[str, Any] = {
        "n": ledger.position,
        "head": ledger.head,
        "as_of": AS_OF.isoformat(),
        "code_version": code_version(),
    }
    limited = settings.model_copy(update={"threads": threads, "memory_limit": memory})
    with derived(limited, version) as folder:
        rows = sum(table["rows"] for table in read_manifest(folder)["tables"].values())
        return dict(_hashes(folder)), rows


def _hashes(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*.parquet")):
        # It says how long this very build took.
        if path.parent.name != "run_metrics":
            name = path.relative_to(folder).as_posix()
            yield name, hashlib.sha256(path.read_bytes()).hexdigest()
