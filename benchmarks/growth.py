"""What a night costs after many nights: whole runs around the hundredth batch, and around the thousandth.

Each night brings a file of every event contract, a few rows each, and of the entity contracts in turn. The nights
between are ingested and loaded in this process; the measured ones are runs of their own processes, from landing to
published. What is measured includes that there are ten times as many signals.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from statistics import median

from benchmarks.landing import Delivery, World, write_nights
from benchmarks.measures import asked, bars
from benchmarks.nights import AS_OF, Night, by_step
from benchmarks.results import Section, add
from pipelines.ingest import ingest
from pipelines.ledger import Ledger, ledger_lock
from pipelines.run import Run
from pipelines.settings import Settings
from pipelines.warehouse import load

NIGHTS = 1_000
EARLY = 10
"""How many times as many nights the late runs have behind them."""


@dataclass
class Runs(Night):
    """Whole runs around a batch, and the CPU seconds of each, all processes of it together."""

    cpu_seconds: list[float] = field(default_factory=list)

    def run(self, settings: Settings, as_of: date, *options: str) -> None:
        """One more whole run, and what it measured of itself."""
        before = _cpu_of_children()
        super().run(settings, as_of, *options)
        self.cpu_seconds.append(_cpu_of_children() - before)


def section(nights: int, rounds: int, folder: Path) -> Section:
    """Nights one by one, with whole runs at a tenth of them and at their end."""
    settings = Settings(data=folder)
    past = nights + rounds
    # Of the smallest contracts a signal a night.
    world = World(users=past, signals_per_user=10)
    deliveries = [
        Delivery(0, 0),
        *(Delivery(night / past, (night + 1) / past, night=night) for night in range(1, past)),
    ]
    landing = enumerate(write_nights(settings.landing, world, "csv", deliveries), start=1)
    early, late = (
        _measured(settings, landing, batch, rounds) for batch in (nights // EARLY, nights)
    )
    files = sum(1 for _ in settings.landing.rglob("*.csv"))
    ratio = median(late.cpu_seconds) / median(early.cpu_seconds)
    lines = [
        f"{rounds} whole runs at batches around {nights // EARLY:,}, and as many around {nights:,}; {files:,} files lie"
        f" in landing then. Of the ratio of CPU seconds, because hours lie between the two, {asked(1.2, ratio)}",
        "",
        "| | seconds (median) | min..max | CPU seconds (median) | min..max | peak MiB |",
        "|---|---|---|---|---|---|",
        *(
            f"| {runs.name} | {runs.median:.2f} | {runs.spread} | {median(runs.cpu_seconds):.2f}"
            f" | {min(runs.cpu_seconds):.2f}..{max(runs.cpu_seconds):.2f} | {runs.peak} |"
            for runs in (early, late)
        ),
        f"| ratio of the medians | | | {ratio:.2f} | | |",
        "",
        *bars({runs.name: median(runs.cpu_seconds) for runs in (early, late)}, "CPU s"),
        "",
        *by_step(early, late),
    ]
    return Section(f"Growth: {nights:,} nights", lines)


def _measured(
    settings: Settings, landing: Iterator[tuple[int, int]], batch: int, rounds: int
) -> Runs:
    """Runs at the batches around one; a run before them has published what was there."""
    first = batch - rounds // 2
    runs = Runs(f"around batch {batch:,}")
    for number, _ in landing:
        if number < first - 1:
            _take(settings)
        elif number == first - 1:
            Runs("before").run(settings, AS_OF)
        else:
            runs.run(settings, AS_OF)
        if number == first + rounds - 1:
            break
    assert Ledger(settings).position == first + rounds - 1, "a night landed nothing new"
    return runs


def _take(settings: Settings) -> None:
    """The first two steps of a night."""
    with ledger_lock(settings) as lock:
        ingest(settings, lock)
        ledger = Ledger(settings)
        as_of = datetime.combine(AS_OF, time(), UTC)
        load(settings, Run("between", ledger.position, as_of, ledger.head, "between"))


def _cpu_of_children() -> float:
    times = os.times()
    return times.children_user + times.children_system


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: how many nights, how often, where."""
    parser = argparse.ArgumentParser(description="Measure what a night costs after many nights.")
    parser.add_argument("--nights", type=int, default=NIGHTS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        add([section(options.nights, options.rounds, Path(folder))])
    return 0


if __name__ == "__main__":
    sys.exit(main())
