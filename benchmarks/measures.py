"""Figures: processes with their seconds and peak memory, and tables and bars of them.

Belongs here: how time is taken and told. Not here: what is measured.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
STOPWATCH = Path(__file__).with_name("stopwatch.py")
CAIRN, DBT = (str(Path(sys.executable).with_name(name)) for name in ("cairn", "dbt"))
BAR = 40


@dataclass
class Side:
    """One side's rounds: the seconds and the peak memory of each."""

    name: str
    seconds: list[float] = field(default_factory=list)
    peak_mib: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Seconds of the round in the middle."""
        return statistics.median(self.seconds)

    @property
    def spread(self) -> str:
        """Seconds of the fastest and of the slowest round."""
        return f"{min(self.seconds):.2f}..{max(self.seconds):.2f}"

    @property
    def peak(self) -> str:
        """Peak memory of the round in the middle, in MiB."""
        return f"{statistics.median(self.peak_mib):,.0f}"

    def ratio(self, other: Side) -> float:
        """How many times as long as the other side, in the round in the middle; rounds go in pairs."""
        pairs = zip(self.seconds, other.seconds, strict=True)
        return statistics.median(mine / theirs for mine, theirs in pairs)

    def measure(self, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        """Run a process to its end and take its time, from its start to its exit."""
        self.add(*timed(command, environment)[1:])

    def measure_inside(self, command: Sequence[str]) -> None:
        """Run a process that says in one line how many seconds its work took, without its imports."""
        said, _, peak_mib = timed(command)
        self.add(float(said), peak_mib)

    def add(self, seconds: float, peak_mib: float) -> None:
        """One more round."""
        self.seconds.append(seconds)
        self.peak_mib.append(peak_mib)


def table(against: Side, *sides: Side) -> list[str]:
    """A table of sides, each against the first, and a chart of their seconds."""
    sides = (against, *sides)
    return [
        "| side | seconds (median) | min..max | ratio (median) | peak MiB |",
        "|---|---|---|---|---|",
        *(
            f"| {side.name} | {side.median:.2f} | {side.spread} | {side.ratio(against):.2f} | {side.peak} |"
            for side in sides
        ),
        "",
        *bars({side.name: side.median for side in sides}, "s"),
    ]


def asked(most: float, measured: float, unit: str = "") -> str:
    """What is asked for, what was measured, and whether that holds, as the end of a sentence."""
    verdict = "held" if measured <= most else "missed"
    return f"at most {most}{unit} is asked, and {measured:.2f}{unit} was measured: {verdict}."


def bars(values: Mapping[str, float], unit: str) -> list[str]:
    """A bar per name, the largest value the longest, as text that needs no renderer."""
    longest = max(map(len, values))
    most = max(values.values())
    return [
        "```text",
        *(
            f"{name:<{longest}} {'█' * max(1, round(value / most * BAR)):<{BAR}} {value:,.2f} {unit}"
            for name, value in values.items()
        ),
        "```",
    ]


def timed(
    command: Sequence[str], environment: Mapping[str, str] | None = None
) -> tuple[str, float, float]:
    """What a process printed, its seconds, and its peak memory in MiB; raises `SystemExit` when it failed."""
    process = subprocess.run(
        [sys.executable, "-S", STOPWATCH, *command],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        text=True,
    )
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}: {process.stdout}")
    *said, clocked = process.stdout.splitlines()
    seconds, peak_kib = clocked.split()
    return "\n".join(said), float(seconds), int(peak_kib) / 1024
