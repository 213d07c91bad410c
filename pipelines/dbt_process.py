"""dbt in a process of its own, which comes up while other work is done and then waits to be told what to build.

Belongs here: that process, from both sides. Importing dbt and reading the parsed project take longer than building
a small warehouse, and need neither the warehouse nor the ledger. Not here: what is built, and where.
"""

import gc
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


class WaitingDbt:
    """A dbt that is coming up in `project`, parsed before into `state`; it runs one command and ends."""

    def __init__(self, project: Path, state: Path, environment: Mapping[str, str]) -> None:
        # Not from `project`: what lies there is no module (-P).
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", __name__, str(state)],
            cwd=project,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run dbt with these arguments to its end; what it said is the result's `stdout`.

        Whatever interrupts the waiting ends dbt too.
        """
        try:
            said, _ = self._process.communicate(json.dumps(arguments))
        except BaseException:
            self.dismiss()
            raise
        return subprocess.CompletedProcess(arguments, self._process.returncode, said)

    def dismiss(self) -> None:
        """End it, whatever it does; for one that has run, nothing is left to do."""
        self._process.kill()
        self._process.communicate()


def main(state: Path) -> int:
    """The waiting process: the arguments come as JSON on standard input, whose end without any ends it too."""
    # It ends before garbage could matter, and looking for it takes a tenth of the time.
    gc.disable()
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest

    # As dbt reads what it saved itself; it does not look at the sources again.
    runner = dbtRunner(manifest=Manifest.from_msgpack(state.read_bytes()))
    told = sys.stdin.read()
    if not told or not runner.invoke(json.loads(told)).success:
        return 1
    gc.freeze()  # nor does Python look for it at the end, which takes a second
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
