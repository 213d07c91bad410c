"""Where the real data is. When it is not there its tests are not collected, and the summary of the run says so."""

import os
from pathlib import Path

import pytest

REALDATA = Path(os.environ.get("CAIRN_REALDATA", Path(__file__).parents[3] / "shared" / "realdata"))
OULAD = REALDATA / "oulad"
ON_REAL_DATA = ["test_oulad_real.py"]

collect_ignore = [] if OULAD.is_dir() else ON_REAL_DATA


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not OULAD.is_dir():
        terminalreporter.write_line(
            f"Real data is absent: {', '.join(ON_REAL_DATA)} not collected. Put OULAD into {OULAD}, or name the folder "
            "that holds oulad/ in CAIRN_REALDATA.",
            yellow=True,
        )


@pytest.fixture(scope="session")
def oulad() -> Path:
    """The folder of OULAD in its Parquet form."""
    return OULAD
