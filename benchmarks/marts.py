"""A domain's marts built by dbt, against hand-written DuckDB SQL for the same tables, in one run.

Belongs here: making the world, building both sides in turn in processes of their own, proving that both say the
same, and the table of figures. Not here: any domain's world or SQL, which are its benchmark's own.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.measures import DBT, Side, asked, table
from benchmarks.results import Section, add
from pipelines.checks.fingerprint import fingerprint
from pipelines.contracts import CONTRACTS
from pipelines.contracts.ddl import raw_table
from pipelines.dbt import BUILD, PROJECT, environment
from pipelines.settings import Settings
from pipelines.warehouse.connection import configure
from pipelines.warehouse.loading import BOOKS

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


def main(benchmark: MartBenchmark, arguments: Sequence[str] | None = None) -> int:
    """The command line of a benchmark: sizes, rounds, where; exits with 1 when the sides do not agree."""
    options, sizes = parsed_arguments(benchmark.sizes, arguments)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        measured = section(benchmark, sizes, options.rounds, Path(folder))
    if measured is None:
        return 1
    add([measured])
    return 0


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


def described(sizes: dict[str, int]) -> str:
    """Sizes in words, such as `100,000 students`."""
    return ", ".join(f"{size:,} {name.replace('_', ' ')}" for name, size in sizes.items())


def section(
    benchmark: MartBenchmark, sizes: dict[str, int], rounds: int, folder: Path
) -> Section | None:
    """Both sides in turn; None, and a word on standard error, when they do not say the same."""
    warehouse = Settings(data=folder / "dbt")
    bare = Settings(data=folder / "bare")
    warehouse.data.mkdir()
    bare.data.mkdir()
    make_world(warehouse, benchmark.world.format(**sizes))
    shutil.copy(warehouse.warehouse, bare.warehouse)
    by_hand = Side("bare DuckDB SQL, the whole process")
    models, process = Side("dbt, its models"), Side("dbt, the whole process")
    for _ in range(rounds):
        by_hand.measure(
            [sys.executable, "-m", "benchmarks.marts", str(bare.data), str(benchmark.bare)]
        )
        build(models, process, warehouse, benchmark.select)
    differing = _differing(benchmark, warehouse, bare)
    for mart in differing:
        print(f"{mart} differs between the two sides: the figures compare nothing", file=sys.stderr)
    lines = [
        f"{rounds} rounds. Of dbt's models {asked(benchmark.allowed, models.ratio(by_hand))}",
        "",
        *table(by_hand, models, process),
        *_per_unit(benchmark, sizes, models),
    ]
    return None if differing else Section(f"{benchmark.name}: {described(sizes)}", lines)


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


def build(
    models: Side, process: Side, settings: Settings, select: str, exclude: str = ""
) -> list[dict[str, Any]]:
    """Build what is selected in the warehouse; the results as dbt tells them, one per node.

    `models` gets the seconds from the first node's begin to the last one's end, `process` those of all of dbt.
    """
    target = settings.data / "target"
    folders = ["--project-dir", str(PROJECT), "--target-path", str(target)]
    selection = ["--select", *select.split()]
    if exclude:
        selection += ["--exclude", *exclude.split()]
    process.measure([DBT, *BUILD, *selection, *folders], environment(settings, target))
    told = json.loads((target / "run_results.json").read_bytes())
    results: list[dict[str, Any]] = [
        result for result in told["results"] if not result["unique_id"].startswith("operation.")
    ]
    moments = [
        timing for result in results for timing in result["timing"] if timing["name"] == "execute"
    ]
    started = min(datetime.fromisoformat(timing["started_at"]) for timing in moments)
    completed = max(datetime.fromisoformat(timing["completed_at"]) for timing in moments)
    models.add((completed - started).total_seconds(), process.peak_mib[-1])
    return results


def _differing(benchmark: MartBenchmark, warehouse: Settings, bare: Settings) -> list[str]:
    """The marts of which the two sides say different things: other rows, or other values."""
    differing = []
    for mart in benchmark.marts:
        name = mart.split(".")[1]
        contents = []
        for settings, relation in ((warehouse, mart), (bare, f"bare.{name}")):
            with duckdb.connect(settings.warehouse) as connection:
                contents.append(fingerprint(configure(connection, settings), relation))
        if contents[0] != contents[1]:
            print(
                f"{mart}: {contents[0].rows:,} rows by dbt, {contents[1].rows:,} by hand",
                file=sys.stderr,
            )
            differing.append(mart)
    return differing


def _per_unit(benchmark: MartBenchmark, sizes: dict[str, int], models: Side) -> list[str]:
    """What the models take for so many of something, as a sentence."""
    if benchmark.unit is None:
        return []
    name, amount = benchmark.unit
    seconds = models.median * amount / sizes[name]
    return ["", f"{amount:,} {name} take dbt's models {seconds:.4f} s."]


def build_by_hand(data: Path, sql: Path) -> None:
    """The bare side: one connection with the house's settings, one file of SQL."""
    settings = Settings(data=data)
    with duckdb.connect(settings.warehouse) as connection:
        configure(connection, settings)
        connection.execute("drop schema if exists bare cascade; create schema bare")
        connection.execute(sql.read_text())


if __name__ == "__main__":
    build_by_hand(Path(sys.argv[1]), Path(sys.argv[2]))
