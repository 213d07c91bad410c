"""Whole runs over a large ledger: the first night, nights with a thousandth more, and rebuilds; where the time goes.

Signals of all contracts land as Parquet. What a step takes is what the run itself measured; the rest is Dagster and the
process. A rebuild begins without a warehouse and without anything published. It is held against the same statements in
bare DuckDB, which neither reads the ledger nor checks anything, and writes the same roles' files and databases.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import duckdb

from benchmarks.changes import changes, what_changed
from benchmarks.landing import Delivery, World, write_landing
from benchmarks.measures import CAIRN, Side, asked, table
from benchmarks.results import Section, add
from pipelines.settings import Settings

SIGNALS = 10_000_000
NEW = 0.001
AS_OF = date(2026, 4, 1)
STEPS = ("ingest", "load", "check raw", "transform", "check", "publish")


@dataclass
class Night(Side):
    """A side that also keeps the seconds of each step."""

    steps: dict[str, list[float]] = field(default_factory=dict)

    def run(self, settings: Settings, as_of: date, *options: str) -> None:
        """One more round: a run of its own process, and what it measured."""
        arguments = ["--data", str(settings.data), "--as-of", as_of.isoformat(), *options]
        self.measure([CAIRN, "run", *arguments])
        with duckdb.connect(settings.warehouse, read_only=True) as connection:
            measured = connection.execute(
                "select dimension, value / 1000 from raw.run_metrics"
                " where metric = 'step_duration_ms' and run_id = (select run_id from ops.run)"
            ).fetchall()
        for step, seconds in measured:
            self.steps.setdefault(step, []).append(seconds)


def section(signals: int, rounds: int, folder: Path, *, with_nights: bool = True) -> Section:
    """One first night, then nights and rebuilds in turn, or rebuilds alone."""
    settings = Settings(data=folder)
    world = World(users=signals // World().signals_per_user)
    first_night = Delivery(past=1 - rounds * NEW) if with_nights else Delivery()
    rows = write_landing(settings.landing, world, "parquet", first_night)
    first, night, rebuild = Night("the first night"), Night("a night"), Night("a rebuild")
    bare = Side("bare DuckDB, the same statements")
    as_of = AS_OF
    first.run(settings, as_of)
    changed = []
    for number in range(rounds):
        if with_nights:
            write_landing(settings.landing, world, "parquet", _of_night(number, rounds))
            as_of += timedelta(days=1)
            before = folder / "before.duckdb"
            shutil.copyfile(settings.warehouse, before)
            night.run(settings, as_of)
            changed = changes(before, settings)
            before.unlink()
        # A version is large: the disk need not hold three of them.
        shutil.rmtree(settings.published)
        rebuild.run(settings, as_of, "--rebuild")
        # The statements are those of the last run, and a rebuild has them all.
        bare.measure([sys.executable, "-m", "benchmarks.bare_rebuild", str(settings.data)])
        shutil.rmtree(settings.data / "bare")
    lines = [f"{rows:,} rows land in the first night."]
    if with_nights:
        lines[0] += (
            f" A thousandth as many signals land in each of {rounds} more, a day later each."
        )
        lines += ["", f"Of a night, by a rebuild, {asked(0.1, night.ratio(rebuild))}"]
    nights = [night] if with_nights else []
    lines += ["", *table(bare, rebuild, *nights), "", *by_step(first, *nights, rebuild)]
    if with_nights:
        lines += ["", *what_changed(changed)]
    return Section(f"Whole runs: {signals:,} signals", lines)


def _of_night(number: int, nights: int) -> Delivery:
    """What lands last of the world: each learner's last signals of a contract, of which some are weeks late."""
    first = 1 - (nights - number) * NEW
    return Delivery(first, first + NEW)


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
    parser.add_argument("--no-nights", action="store_true", help="measure rebuilds alone")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        measured = section(
            options.signals, options.rounds, Path(folder), with_nights=not options.no_nights
        )
        add([measured])
    return 0


if __name__ == "__main__":
    sys.exit(main())
