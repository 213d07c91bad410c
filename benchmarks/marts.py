"""A domain's marts built by dbt, against hand-written DuckDB SQL for the same tables, in one run.

Belongs here: making the world, building both sides in turn in processes of their own, proving that both say the
same, and the table of figures. Not here: any domain's world or SQL, which are its benchmark's own.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from pipelines.checks.fingerprint import fingerprint
from pipelines.contracts import CONTRACTS
from pipelines.contracts.ddl import raw_table
from pipelines.settings import Settings
from pipelines.warehouse.connection import configure
from pipelines.warehouse.load import BOOKS

ROOT = Path(__file__).parents[1]
DBT_PROJECT = ROOT / "dbt_project"
AS_OF = datetime(2026, 4, 1, tzinfo=UTC)


@dataclass(frozen=True)
class MartBenchmark:
    """What is built and from what.

    `world` is SQL that fills `raw.<contract>` (columns as the contract's, `_batch` = 1), with `{name}` for each of
    `sizes`. `bare` is SQL that makes each of `marts` (`<domain>.<mart>`) as `bare.<mart>` from `raw`, by hand.
    `select` is what dbt is told to build. `allowed` is the ratio that the house holds itself to. `unit`, such as
    ("members", 400), asks for the seconds per so many of one of `sizes` as well.
    """

    name: str
    sizes: dict[str, int]
    world: str
    select: str
    marts: tuple[str, ...]
    bare: Path
    allowed: float
    unit: tuple[str, int] | None = None


@dataclass
class Side:
    """One side's rounds: seconds and peak memory of the process, and for dbt the seconds of its models alone."""

    name: str
    seconds: list[float] = field(default_factory=list)
    model_seconds: list[float] = field(default_factory=list)
    peak_mib: list[float] = field(default_factory=list)


def main(benchmark: MartBenchmark, arguments: Sequence[str] | None = None) -> int:
    """The command line of a benchmark: sizes, rounds, where; exits with 1 when the sides do not agree."""
    options, sizes = parsed_arguments(benchmark.sizes, arguments)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        return _run(benchmark, sizes, options.rounds, Path(folder))


def parsed_arguments(
    sizes: dict[str, int], arguments: Sequence[str] | None
) -> tuple[argparse.Namespace, dict[str, int]]:
    """`rounds` and `folder` of a command line, and its sizes, by default `sizes`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder)")
    for name, size in sizes.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=size, dest=name)
    options = parser.parse_args(arguments)
    return options, {name: getattr(options, name) for name in sizes}


def _run(benchmark: MartBenchmark, sizes: dict[str, int], rounds: int, folder: Path) -> int:
    warehouse = Settings(data=folder / "dbt")
    bare = Settings(data=folder / "bare")
    warehouse.data.mkdir()
    bare.data.mkdir()
    make_world(warehouse, benchmark.world.format(**sizes))
    shutil.copy(warehouse.warehouse, bare.warehouse)
    dbt, by_hand = Side("dbt"), Side("bare DuckDB")
    for _ in range(rounds):
        _measure(
            by_hand, [sys.executable, "-m", "benchmarks.marts", str(bare.data), str(benchmark.bare)]
        )
        measure_dbt(dbt, warehouse, benchmark.select)
    differing = _differing(benchmark, warehouse, bare)
    print(_table(benchmark, sizes, dbt, by_hand))
    for mart in differing:
        print(f"{mart} differs between the two sides: the figures compare nothing", file=sys.stderr)
    return 1 if differing else 0


def make_world(settings: Settings, sql: str) -> None:
    """A warehouse of nothing but the raw tables, which `sql` fills, and the dials that show all of it."""
    with duckdb.connect(settings.warehouse) as connection:
        configure(connection, settings)
        connection.execute("create schema raw; create schema ops")
        for statement in (*BOOKS, *(raw_table(contract) for contract in CONTRACTS.values())):
            connection.execute(statement)
        connection.execute(
            "insert into ops.run values ('benchmark', 1, ?, 'head', 'code')", [AS_OF]
        )
        connection.execute(sql)


def _measure(side: Side, command: list[str], environment: dict[str, str] | None = None) -> None:
    begun = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **(environment or {})})
    _, status, usage = os.wait4(process.pid, 0)
    side.seconds.append(time.monotonic() - begun)
    side.peak_mib.append(usage.ru_maxrss / 1024)
    if status:
        raise SystemExit(f"{command} ended with {os.waitstatus_to_exitcode(status)}")


def measure_dbt(
    side: Side, settings: Settings, select: str, exclude: str = ""
) -> list[dict[str, Any]]:
    """Build what is selected in the warehouse; the results as dbt tells them, one per node."""
    target = settings.data / "target"
    dbt = str(Path(sys.executable).parent / "dbt")
    environment = {
        "CAIRN_WAREHOUSE": str(settings.warehouse),
        "CAIRN_MEMORY_LIMIT": settings.memory_limit,
        "CAIRN_THREADS": str(settings.threads),
    }
    folders = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    folders += ["--target-path", str(target), "--log-path", str(target)]
    selection = ["build", "--select", select, "--exclude-resource-type", "unit_test"]
    if exclude:
        selection += ["--exclude", exclude]
    _measure(side, [dbt, "--quiet", *selection, *folders], environment)
    results: list[dict[str, Any]] = json.loads((target / "run_results.json").read_bytes())[
        "results"
    ]
    moments = [
        timing for result in results for timing in result["timing"] if timing["name"] == "execute"
    ]
    started = min(datetime.fromisoformat(timing["started_at"]) for timing in moments)
    completed = max(datetime.fromisoformat(timing["completed_at"]) for timing in moments)
    side.model_seconds.append((completed - started).total_seconds())
    return results


def _differing(benchmark: MartBenchmark, warehouse: Settings, bare: Settings) -> list[str]:
    """The marts of which the two sides say different things: other rows, or other values."""
    differing = []
    for mart in benchmark.marts:
        name = mart.split(".")[1]
        contents = []
        for settings, table in ((warehouse, mart), (bare, f"bare.{name}")):
            with duckdb.connect(settings.warehouse) as connection:
                contents.append(fingerprint(configure(connection, settings), table))
        if contents[0] != contents[1]:
            print(
                f"{mart}: {contents[0].rows:,} rows by dbt, {contents[1].rows:,} by hand",
                file=sys.stderr,
            )
            differing.append(mart)
    return differing


def _table(benchmark: MartBenchmark, sizes: dict[str, int], dbt: Side, by_hand: Side) -> str:
    def row(name: str, seconds: list[float], peak: list[float]) -> str:
        ratios = [a / b for a, b in zip(seconds, by_hand.seconds, strict=True)]
        return (
            f"| {name} | {statistics.median(seconds):.2f} | {min(seconds):.2f}..{max(seconds):.2f}"
            f" | {statistics.median(ratios):.2f} | {statistics.median(peak):,.0f} |"
        )

    described = ", ".join(f"{size:,} {name.replace('_', ' ')}" for name, size in sizes.items())
    return "\n".join(
        [
            f"{benchmark.name}: {described}; {len(dbt.seconds)} rounds, at most {benchmark.allowed} allowed",
            "",
            "| side | seconds (median) | min..max | ratio (median) | peak MiB |",
            "|---|---|---|---|---|",
            row("bare DuckDB SQL, the whole process", by_hand.seconds, by_hand.peak_mib),
            row("dbt, its models", dbt.model_seconds, dbt.peak_mib),
            row("dbt, the whole process", dbt.seconds, dbt.peak_mib),
            *_per_unit(benchmark, sizes, dbt),
        ]
    )


def _per_unit(benchmark: MartBenchmark, sizes: dict[str, int], dbt: Side) -> list[str]:
    """What the models take for so many of something, as a sentence."""
    if benchmark.unit is None:
        return []
    name, amount = benchmark.unit
    seconds = statistics.median(dbt.model_seconds) * amount / sizes[name]
    return ["", f"{amount:,} {name} take dbt's models {seconds:.4f} s"]


def build_by_hand(data: Path, sql: Path) -> None:
    """The bare side: one connection with the house's settings, one file of SQL."""
    settings = Settings(data=data)
    with duckdb.connect(settings.warehouse) as connection:
        configure(connection, settings)
        connection.execute("drop schema if exists bare cascade; create schema bare")
        connection.execute(sql.read_text())


if __name__ == "__main__":
    build_by_hand(Path(sys.argv[1]), Path(sys.argv[2]))
