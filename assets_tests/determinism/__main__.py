"""`python -m assets_tests.determinism`: half a million signals, 1, 2 and 8 threads, 1 and 8 GiB: the same bytes."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from assets_tests.determinism.derivations import SHARES, ledger_of, parquet_bytes


def main() -> int:
    """0 when every derivation gave the bytes of the first; the files that differ are printed."""
    parser = argparse.ArgumentParser(prog="python -m assets_tests.determinism")
    parser.add_argument("--signals", type=int, default=500_000)
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings, accepted = ledger_of(Path(folder) / "data", options.signals, options.seed)
        print(f"{accepted:,} rows accepted", flush=True)
        first: dict[str, str] = {}
        wrong = 0
        for threads, memory in SHARES:
            begun = time.monotonic()
            found, rows = parquet_bytes(settings, threads, memory)
            first = first or found
            differing = sorted(name for name in first | found if first.get(name) != found.get(name))
            wrong += bool(differing)
            print(
                f"{threads} threads, {memory}: {len(found)} files of {rows:,} rows,"
                f" {'the same bytes' if not differing else f'other bytes in {differing}'}"
                f" ({time.monotonic() - begun:.0f} s)",
                flush=True,
            )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
