"""Where the real data lies: `../shared/realdata` beside the checkout, or CAIRN_REALDATA."""

import os
from dataclasses import dataclass
from pathlib import Path

REALDATA = Path(os.environ.get("CAIRN_REALDATA", Path(__file__).parents[2] / "shared" / "realdata"))
OULAD = REALDATA / "oulad"
XAPI = REALDATA / "xapi" / "statements.json.gz"


@dataclass(frozen=True)
class RealData:
    """A data set, and the test files that need it: they are collected only where it is there."""

    name: str
    path: Path
    tests: tuple[str, ...]


DATA_SETS = (
    RealData(
        "OULAD",
        OULAD,
        (
            "guarantees/test_oulad.py",
            "progress/test_real_data.py",
            "records/test_oulad.py",
            "sources/test_oulad_progress_real.py",
            "sources/test_oulad_real.py",
        ),
    ),
    RealData("xAPI statements", XAPI, ("progress/test_real_data.py", "sources/test_xapi_real.py")),
)


def absent() -> list[RealData]:
    """The data sets that are not here; a run names them and their tests in its summary."""
    return [data for data in DATA_SETS if not data.path.exists()]
