"""Where the real data lies: `../shared/realdata` beside the checkout, or CAIRN_REALDATA."""

import os
from pathlib import Path

REALDATA = Path(os.environ.get("CAIRN_REALDATA", Path(__file__).parents[2] / "shared" / "realdata"))
OULAD = REALDATA / "oulad"

# Collected only where the data is there; a run without it names them in its summary.
TESTS = [
    "guarantees/test_oulad.py",
    "records/test_oulad.py",
    "sources/test_oulad_progress_real.py",
    "sources/test_oulad_real.py",
]
