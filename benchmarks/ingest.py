"""Rows a second into the ledger, against bare DuckDB that copies the same files to Parquet.

Cairn judges every row by its contract, looks for its duplicates in the files and in all history, quarantines, hashes
and fsyncs; DuckDB is told each column's type and writes what it reads. Of what lands one row in a hundred is in
history already, and one in a thousand misses its key.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.landing import FORMATS, Delivery, World, write_landing
from benchmarks.measures import Side, bars
from benchmarks.results import Section, add
from pipelines.contracts import CONTRACTS
from pipelines.contracts.model import Contract
from pipelines.ingest import IngestReport, ingest
from pipelines.ledger import ledger_lock
from pipelines.settings import Settings
from pipelines.sql_text import copy_to_parquet, literal
from pipelines.warehouse.connection import scratch

# Narrow, of moments; narrow, of words; wide, of numbers.
MEASURED = ("attendance_records", "task_events", "step_events")
READ = {
    "parquet": "read_parquet({files})",
    "jsonl": "read_json({files}, format = 'newline_delimited', columns = {columns})",
    "csv": "read_csv({files}, header = true, columns = {columns})",
}
KNOWN, BROKEN = 0.01, 0.001
ROWS, HISTORY = 1_000_000, 10_000_000
ASKED_SHARE = 50
RATES = {"parquet": 500_000, "jsonl": 300_000, "csv": 300_000}


@dataclass(frozen=True)
class Case:
    """So many rows of a contract in a format, to a ledger that has so many."""

    contract: str
    format_: str
    rows: int
    history: int


def section(rows: int, history: int, rounds: int, folder: Path) -> Section:
    """All contracts in all formats."""
    lines = [
        f"{rows:,} rows to a ledger of {history:,} of the same contract; {rounds} rounds. Rows a second (median,"
        " slowest..fastest round); the share is that of bare DuckDB's rate in the same round.",
        "",
        "| contract | format | bare DuckDB | Cairn | share | asked for | peak MiB (bare, Cairn) |",
        "|---|---|---|---|---|---|---|",
    ]
    shares = {}
    for contract in MEASURED:
        past = _history(folder / "history", contract, history)
        for format_ in FORMATS:
            case = Case(contract, format_, rows, history)
            bare, cairn = _measure(case, past, rounds, folder / "work")
            shares[f"{contract} {format_}"] = 100 / cairn.ratio(bare)
            lines.append(
                f"| {contract} | {format_} | {_rates(rows, bare)} | {_rates(rows, cairn)}"
                f" | {1 / cairn.ratio(bare):.2f} | {RATES[format_]:,} | {bare.peak}, {cairn.peak} |"
            )
            print(lines[-1], file=sys.stderr)
    least = min(shares.values())
    verdict = "held" if least >= ASKED_SHARE else "missed"
    lines += [
        "",
        f"Of the share {ASKED_SHARE} % is asked, and {least:.0f} % is the least: {verdict}.",
    ]
    lines += ["", *bars(shares, "% of bare DuckDB's rate")]
    return Section(f"Ingest: {rows:,} rows", lines)


def _history(folder: Path, contract: str, history: int) -> Settings:
    """A data root whose ledger holds what came before."""
    shutil.rmtree(folder, ignore_errors=True)
    settings = Settings(data=folder)
    write_landing(settings.landing, _sized(contract, history), "parquet", contracts=[contract])
    _take(settings)
    shutil.rmtree(settings.landing)
    return settings


def _sized(contract: str, rows: int) -> World:
    """A world that has so many rows of the contract."""
    return World(users=rows // World().per_user(contract))


def _measure(case: Case, past: Settings, rounds: int, folder: Path) -> tuple[Side, Side]:
    """Both sides in turn, each in a process of its own; the ledger is as it was before every round."""
    settings = Settings(data=folder)
    bare, cairn = Side("bare DuckDB"), Side("Cairn")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    reach = case.rows / case.history
    delivery = Delivery(1 - KNOWN * reach, 1 + (1 - KNOWN) * reach, BROKEN)
    world = _sized(case.contract, case.history)
    write_landing(settings.landing, world, case.format_, delivery, [case.contract])
    for _ in range(rounds):
        bare.measure_inside(_command("copy", folder, case))
        shutil.rmtree(settings.ledger, ignore_errors=True)
        shutil.rmtree(settings.quarantine, ignore_errors=True)
        shutil.copytree(past.ledger, settings.ledger)
        cairn.measure_inside(_command("take", folder, case))
    return bare, cairn


def _command(side: str, folder: Path, case: Case) -> list[str]:
    inside = ["--inside", side, case.contract, case.format_]
    return [sys.executable, "-m", "benchmarks.ingest", "--folder", str(folder), *inside]


def _rates(rows: int, side: Side) -> str:
    slowest, fastest = rows / max(side.seconds), rows / min(side.seconds)
    return f"{rows / side.median:,.0f} ({slowest:,.0f}..{fastest:,.0f})"


def _take(settings: Settings) -> IngestReport:
    with ledger_lock(settings) as lock:
        return ingest(settings, lock)


def _copy(settings: Settings, contract: Contract, format_: str) -> None:
    """The bare side."""
    files = literal(settings.landing / contract.name / f"*.{format_}")
    columns = ", ".join(f"{column.name}: '{column.sql_type}'" for column in contract.columns)
    read = READ[format_].format(files=files, columns=f"{{{columns}}}")
    names = ", ".join(column.name for column in contract.columns)
    with scratch(settings) as connection:
        copied = settings.data / "copied.parquet"
        connection.execute(copy_to_parquet(f"select {names} from {read}", copied))


def _inside(folder: Path, side: str, contract: str, format_: str) -> None:
    """One round of one side, and its seconds on standard output."""
    settings = Settings(data=folder)
    begun = time.monotonic()
    if side == "copy":
        _copy(settings, CONTRACTS[contract], format_)
    else:
        entry = _take(settings).contracts[contract]
    print(time.monotonic() - begun)
    if side == "take" and not (entry.accepted > entry.duplicates > entry.quarantined > 0):
        raise SystemExit(f"{contract} {format_} is not the world that was meant: {entry}")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: how many rows, how often, where."""
    parser = argparse.ArgumentParser(description="Measure ingestion against bare DuckDB.")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--history", type=int, default=HISTORY)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder)")
    parser.add_argument("--inside", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.inside:
        _inside(options.folder, *options.inside)
        return 0
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        add([section(options.rows, options.history, options.rounds, Path(folder))])
    return 0


if __name__ == "__main__":
    sys.exit(main())
