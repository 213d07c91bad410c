"""One stage of dbt's work against another's in the same warehouse, table by table, in one run.

Belongs here: building the stages one after the other, and the table of figures. Not here: which tables are which
stage's, which is the benchmark's own.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.marts import build, described, make_world, parsed_arguments
from benchmarks.measures import Side, asked, table
from benchmarks.results import Section, add
from pipelines.settings import Settings

SHOWN = 12


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
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        add([section(benchmark, sizes, options.rounds, Path(folder))])
    return 0


def section(benchmark: StageBenchmark, sizes: dict[str, int], rounds: int, folder: Path) -> Section:
    """The stages one after the other, again and again."""
    warehouse = Settings(data=folder)
    make_world(warehouse, benchmark.world.format(**sizes))
    base, measured = Side(f"all of `{benchmark.base}`"), Side(f"the rest of `{benchmark.select}`")
    tables: dict[str, Side] = {}
    for _ in range(rounds):
        _build(base, tables, warehouse, benchmark.base, "")
        _build(Side("between"), {}, warehouse, benchmark.between, benchmark.base)
        built = f"{benchmark.base} {benchmark.between}"
        _build(measured, tables, warehouse, benchmark.select, built)
    longest_first = sorted(tables.values(), key=lambda side: -side.median)
    lines = [
        f"{rounds} rounds. Of the rest {asked(benchmark.allowed, measured.ratio(base))} Below the sums, the {SHOWN}"
        " tables that take longest.",
        "",
        *table(base, measured, *longest_first[:SHOWN]),
    ]
    return Section(f"{benchmark.name}: {described(sizes)}", lines)


def _build(
    stage: Side, tables: dict[str, Side], warehouse: Settings, select: str, exclude: str
) -> None:
    """Add the seconds of a stage's models, together and one by one; a view's are those of whoever reads it."""
    process = Side("dbt")
    total = 0.0
    for result in build(Side("models"), process, warehouse, select, exclude):
        if result["unique_id"].startswith("model."):
            name = result["unique_id"].rsplit(".", 1)[1]
            side = tables.setdefault(name, Side(name))
            side.add(result["execution_time"], process.peak_mib[-1])
            total += result["execution_time"]
    stage.add(total, process.peak_mib[-1])
