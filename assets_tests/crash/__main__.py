"""`python -m assets_tests.crash`: kill runs at seeded points, and say how many went well.

Each kill begins with the house anew and is followed by a run that must give what was never killed; with `--chain` the
next run is the next to be killed, and only the last is let go on. The points are shared out to `--workers` processes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from assets_tests.crash.house import House, points


def main(arguments: Sequence[str]) -> int:
    """0 when nothing was found wrong; every problem is printed."""
    parser = argparse.ArgumentParser(prog="python -m assets_tests.crash")
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--chain", action="store_true")
    parser.add_argument("--first-night", type=Path, help="a data root with the sample's first run")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--worker", type=int, default=0, help="which of them this is")
    options = parser.parse_args(arguments)
    others = [
        subprocess.Popen([sys.executable, "-m", __package__, *arguments, "--worker", str(worker)])
        for worker in range(1, options.workers)
        if options.worker == 0
    ]
    with tempfile.TemporaryDirectory() as folder:
        code = _kill_all(House(Path(folder), options.first_night), options)
    return max(code, *(other.wait() for other in others)) if others else code


def _kill_all(house: House, options: argparse.Namespace) -> int:
    chosen = points(house.course, options.points, options.seed)[options.worker :: options.workers]
    wrong = 0
    house.restore()
    for number, point in enumerate(chosen, start=1):
        problems = house.kill(point)
        if not options.chain or point is chosen[-1]:
            problems += house.run_on()
            house.restore()
        for problem in problems:
            print(f"WRONG {problem}", flush=True)
        wrong += bool(problems)
        print(f"{number}/{len(chosen)} {point}: {'wrong' if problems else 'well'}", flush=True)
    print(f"{len(chosen)} kills, {len(chosen) - wrong} ended well", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
