"""What a run costs however little there is: the sample's night against a bare `dbt build`, and nights without news.

The bare side builds every model and seed of the project, without unit tests, in a warehouse that was loaded before.
Cairn's side lands nothing by itself: it takes the sample from landing to the published version, checks and all.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measures import CAIRN, DBT, ROOT, Side, asked, table
from benchmarks.results import Section, add
from pipelines.dbt import BUILD, PROJECT, environment, run_target
from pipelines.settings import Settings

SAMPLE = ROOT / "data" / "sample"
AS_OF, A_DAY_LATER = "2026-04-01", "2026-04-02"


def section(rounds: int, folder: Path) -> Section:
    """The four sides in turn."""
    bare, night = Side("bare `dbt build`"), Side("the night")
    nothing_new, next_night = Side("nothing new"), Side("the next night, nothing landed")
    for _ in range(rounds):
        settings = Settings(data=folder / "data")
        shutil.rmtree(settings.data, ignore_errors=True)
        shutil.copytree(SAMPLE, settings.landing)
        run = [CAIRN, "run", "--data", str(settings.data), "--as-of"]
        night.measure([*run, AS_OF])
        nothing_new.measure([*run, AS_OF])
        next_night.measure([*run, A_DAY_LATER])
        target = run_target(settings)
        bare.measure([DBT, *BUILD, "--project-dir", str(PROJECT)], environment(settings, target))
    lines = [
        f"The committed sample, {rounds} rounds. Of the night {asked(1.5, night.ratio(bare))} Of a run with nothing new"
        f" {asked(8, nothing_new.median, ' s')}",
        "",
        *table(bare, night, nothing_new, next_night),
    ]
    return Section("Fixed cost: the sample", lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: how often, where."""
    parser = argparse.ArgumentParser(
        description="Measure what a run costs however little there is."
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        add([section(options.rounds, Path(folder))])
    return 0


if __name__ == "__main__":
    sys.exit(main())
