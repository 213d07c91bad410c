"""A house that deliveries come to: real files, ingestion, ledger and load, and the models as dbt compiled them.

Belongs here: what happens between a delivery and the marts. dbt is not called: its queries of the sample's run fill the
tables that the run made, constraints and all. That this gives what a whole run gives is a test of its own.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import duckdb

from assets_tests.conftest import SampleRun
from assets_tests.dbt.compiled import make_again
from assets_tests.dbt.harness import connect
from pipelines.checks.fingerprint import fingerprint
from pipelines.contracts import CONTRACTS
from pipelines.dbt import run_target
from pipelines.defs.project import PARSED
from pipelines.ingest import ingest
from pipelines.ledger import Ledger, ledger_lock
from pipelines.marts import read_marts
from pipelines.run import Run
from pipelines.settings import Settings
from pipelines.warehouse import load

Row = Mapping[str, Any]
Delivery = Mapping[str, Sequence[Row]]
Rows = Counter[tuple[tuple[str, str | None], ...]]

# They tell of the deliveries themselves.
OF_DELIVERIES = {"ops.batches", "ops.ingest_accounting", "ops.quarantine", "ops.freshness"}
MARTS = [
    mart.table
    for mart in read_marts(PARSED)
    if mart.has_fingerprint and mart.table not in OF_DELIVERIES
]


class House:
    """A data root of its own, empty at first."""

    def __init__(self, sample_run: SampleRun, folder: Path) -> None:
        self.settings = Settings(data=folder)
        self.target = self.target_of(sample_run)
        folder.mkdir(parents=True)
        shutil.copy(sample_run.settings.warehouse, self.settings.warehouse)
        with connect(self.settings.warehouse) as connection:
            for table in (*CONTRACTS, "ledger_batches", "ledger_accounting", "ledger_quarantine"):
                connection.execute(f"truncate raw.{table}")
            connection.execute("truncate ops.loaded_segments")

    @staticmethod
    def target_of(sample_run: SampleRun) -> Path:
        """Where the sample's run left dbt's artifacts."""
        return run_target(sample_run.settings)

    @property
    def position(self) -> int:
        """How many batches the ledger has."""
        return Ledger(self.settings).position

    def receive(self, delivery: Delivery, random: Random) -> int:
        """Land rows in files as `random` has it, and ingest them: one batch. The number of rows kept back."""
        for name, rows in delivery.items():
            _drop(self.settings.landing / name, f"{self.position}", list(rows), random)
        with ledger_lock(self.settings) as lock:
            report = ingest(self.settings, lock)
        return sum(entry.quarantined for entry in report.contracts.values())

    def judge(self, as_of: datetime, n: int | None = None) -> None:
        """Load what is new, turn the dials and derive every table; n defaults to the whole ledger."""
        ledger = Ledger(self.settings)
        position = ledger.position if n is None else n
        load(self.settings, Run("order", position, as_of, ledger.head, "test"))
        with connect(self.settings.warehouse) as connection:
            make_again(connection, self.target)

    def fingerprints(self, as_of: datetime, n: int | None = None) -> dict[str, str]:
        """The fingerprint of every mart that is a function of the two dials."""
        self.judge(as_of, n)
        with connect(self.settings.warehouse) as connection:
            return {table: fingerprint(connection, table).sha256 for table in MARTS}

    def rows(self, as_of: datetime, n: int | None = None) -> dict[str, Rows]:
        """Their rows, every value as text."""
        self.judge(as_of, n)
        return self.read()

    def read(self) -> dict[str, Rows]:
        """The rows as they were last derived."""
        with connect(self.settings.warehouse) as connection:
            return {table: _rows(connection, table) for table in MARTS}


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> Rows:
    found = connection.sql(f"select columns(*)::varchar from {table}")
    return Counter(tuple(zip(found.columns, row, strict=True)) for row in found.fetchall())


def _drop(folder: Path, name: str, rows: list[Row], random: Random) -> None:
    """One or two files of JSONL or CSV, in any order."""
    random.shuffle(rows)
    cut = random.randint(0, len(rows))
    folder.mkdir(parents=True, exist_ok=True)
    for part, some in enumerate((rows[:cut], rows[cut:])):
        if some:
            write = random.choice((_write_csv, _write_jsonl))
            write(folder / f"{name}-{part}", some)


def _write_jsonl(path: Path, rows: list[Row]) -> None:
    lines = [json.dumps({name: _plain(value) for name, value in row.items()}) for row in rows]
    path.with_suffix(".jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_csv(path: Path, rows: list[Row]) -> None:
    with path.with_suffix(".csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(rows[0])
        for row in rows:
            writer.writerow(
                "|".join(value) if isinstance(value, list) else _plain(value)
                for value in row.values()
            )


def _plain(value: Any) -> Any:
    """A value as a landing file has it."""
    match value:
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return str(value)
    return value
