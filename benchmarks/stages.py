"""One stage of dbt's work against another's in the same warehouse, table by table, in one run.

Belongs here: building the stages one after the other, and the table of figures. Not here: which tables are which
stage's, which is the benchmark's own.
"""

from __future__ import annotations

import statistics
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.marts import Side, make_world, measure_dbt, parsed_arguments
from pipelines.settings import Settings


@dataclass(frozen=True)
class StageBenchmark:
    """What is built and from what, `world` and `sizes` as of a MartBenchmark.

    `base`, `between` and `select` are what dbt is told to build, one after the other, each without what stands
    already. All tables of `select` may take `allowed` times as long as all those of `base`; `between` counts for
    neither.
    """

    name: str
    sizes: dict[str, int]
    world: str
    base: str
    between: str
    select: str
    allowed: float


def main(benchmark: StageBenchmark, arguments: Sequence[str] | None = None) -> int:
    """The command line of such a benchmark: sizes, rounds, where."""
    options, sizes = parsed_arguments(benchmark.sizes, arguments)
    base, between, measured = Side(benchmark.base), Side(""), Side(benchmark.select)
    seconds: dict[str, list[float]] = defaultdict(list)
    ratios = []
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        warehouse = Settings(data=Path(folder))
        make_world(warehouse, benchmark.world.format(**sizes))
        for _ in range(options.rounds):
            base_seconds = _table_seconds(base, warehouse, benchmark.base, "")
            _table_seconds(between, warehouse, benchmark.between, benchmark.base)
            table_seconds = _table_seconds(
                measured, warehouse, benchmark.select, f"{benchmark.base} {benchmark.between}"
            )
            ratios.append(sum(table_seconds.values()) / sum(base_seconds.values()))
            for table, taken in (base_seconds | table_seconds).items():
                seconds[table].append(taken)
    described = ", ".join(f"{size:,} {name.replace('_', ' ')}" for name, size in sizes.items())
    print(
        f"{benchmark.name}: {described}; {options.rounds} rounds, at most {benchmark.allowed} allowed"
    )
    print("\n| table | seconds (median) |\n|---|---|")
    for side, tables in ((base, base_seconds), (measured, table_seconds)):
        for table in sorted(tables, key=lambda table: -statistics.median(seconds[table])):
            print(f"| {table} | {statistics.median(seconds[table]):.2f} |")
        total = statistics.median(map(sum, zip(*(seconds[table] for table in tables), strict=True)))
        peak = statistics.median(side.peak_mib)
        print(f"| **{side.name}** | **{total:.2f}**, peak {peak:,.0f} MiB |")
    print(f"\nratio {statistics.median(ratios):.2f} (median), {min(ratios):.2f}..{max(ratios):.2f}")
    return 0


def _table_seconds(side: Side, warehouse: Settings, select: str, exclude: str) -> dict[str, float]:
    """Seconds per model; a view's are those of whoever reads it."""
    return {
        result["unique_id"].rsplit(".", 1)[1]: result["execution_time"]
        for result in measure_dbt(side, warehouse, select, exclude)
        if result["unique_id"].startswith("model.")
    }
