"""Whole runs over a large ledger: the first night, nights with a thousandth more, and rebuilds; where the time goes.

Signals of all contracts land as Parquet. What a step takes is what the run itself measured; the rest is Dagster and the
process. A rebuild begins without a warehouse and without anything published. It is held against the same statements in
bare DuckDB, which neither loads the ledger nor checks, and writes each mart once instead of five roles' files.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import duckdb

from benchmarks.landing import Delivery, World, write_landing
from benchmarks.measures import CAIRN, Side, table
from benchmarks.results import Section, add
from pipelines.settings import Settings

SIGNALS = 10_000_000
NEW = 0.001
AS_OF = "2026-04-01"
STEPS = ("ingest", "load", "check raw", "transform", "check", "publish")


@dataclass
class Night(Side):
    """A side that also keeps the seconds of each step."""

    steps: dict[str, list[float]] = field(default_factory=dict)

    def run(self, settings: Settings, *options: str) -> None:
        """One more round: a run of its own process, and what it measured."""
        self.measure([CAIRN, "run", "--data", str(settings.data), "--as-of", AS_OF, *options])
        with duckdb.connect(settings.warehouse, read_only=True) as connection:
            measured = connection.execute(
                "select dimension, value / 1000 from raw.run_metrics"
                " where metric = 'step_duration_ms' and run_id = (select run_id from ops.run)"
            ).fetchall()
        for step, seconds in measured:
            self.steps.setdefault(step, []).append(seconds)


def section(signals: int, rounds: int, folder: Path) -> Section:
    """One first night, then nights and rebuilds in turn."""
    settings = Settings(data=folder)
    world = World(users=signals // World().signals_per_user)
    rows = write_landing(settings.landing, world, "parquet")
    first, night, rebuild = Night("the first night"), Night("a night"), Night("a rebuild")
    bare = Side("bare DuckDB, the same statements")
    first.run(settings)
    for number in range(rounds):
        new = Delivery(1 + number * NEW, 1 + (number + 1) * NEW)
        write_landing(settings.landing, world, "parquet", new)
        night.run(settings)
        shutil.rmtree(settings.published)
        rebuild.run(settings, "--rebuild")
        bare.measure([sys.executable, "-m", "benchmarks.bare_rebuild", str(settings.data)])
    lines = [
        f"{rows:,} rows land in the first night, a thousandth of its signals in each of {rounds} more.",
        "",
        *table(bare, rebuild, night),
        "",
        f"A night takes {night.ratio(rebuild):.2f} times as long as a rebuild.",
        "",
        *by_step(first, night, rebuild),
    ]
    return Section(f"Whole runs: {signals:,} signals", lines)


def by_step(*nights: Night) -> list[str]:
    """Seconds of each step, in the round in the middle."""
    shown = {step: [median(night.steps[step]) for night in nights] for step in STEPS}
    rest = [
        night.median - sum(seconds) for night, *seconds in zip(nights, *shown.values(), strict=True)
    ]
    shown["Dagster and the process"] = rest
    return [
        f"| seconds of | {' | '.join(night.name for night in nights)} |",
        f"|---|{'---|' * len(nights)}",
        *(
            f"| {step} | {' | '.join(f'{value:.1f}' for value in seconds)} |"
            for step, seconds in shown.items()
        ),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: how many signals, how often, where."""
    parser = argparse.ArgumentParser(description="Measure whole runs over a large ledger.")
    parser.add_argument("--signals", type=int, default=SIGNALS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        add([section(options.signals, options.rounds, Path(folder))])
    return 0


if __name__ == "__main__":
    sys.exit(main())
