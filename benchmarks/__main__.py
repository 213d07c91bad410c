"""All benchmarks, one after the other, into `RESULTS.md`: `python -m benchmarks`, with `--full` at their full sizes."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import (
    fixed_cost,
    growth,
    ingest,
    marts,
    nights,
    performance_marts,
    progress_marts,
    record_marts,
    skill_marts,
    stages,
)
from benchmarks.results import Section, add

# Of the full size, so that all of it takes minutes.
SMALL = 0.1


def main() -> int:
    """0 when every side says what its other side says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--full", action="store_true", help="at full size, for hours")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder)")
    options = parser.parse_args()
    share = 1.0 if options.full else SMALL
    rounds: int = options.rounds
    measurements: list[Callable[[Path], Section | None]] = [
        partial(fixed_cost.section, rounds),
        partial(ingest.section, int(ingest.ROWS * share), int(ingest.HISTORY * share), rounds),
        *(
            partial(marts.section, benchmark, scaled(benchmark.sizes, share), rounds)
            for benchmark in (
                performance_marts.BENCHMARK,
                skill_marts.BENCHMARK,
                progress_marts.TODAY,
                record_marts.BENCHMARK,
            )
        ),
        partial(
            stages.section,
            progress_marts.REPLAY,
            scaled(progress_marts.REPLAY.sizes, share),
            rounds,
        ),
        partial(nights.section, int(nights.SIGNALS * share), rounds),
        partial(growth.section, int(growth.NIGHTS * share), rounds),
    ]
    code = 0
    for measure in measurements:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            section = measure(Path(folder))
        if section is None:
            code = 1
        else:
            add([section])
    return code


def scaled(sizes: dict[str, int], share: float) -> dict[str, int]:
    """Sizes times a share, at least 1."""
    return {name: max(1, int(size * share)) for name, size in sizes.items()}


if __name__ == "__main__":
    sys.exit(main())
