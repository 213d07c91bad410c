"""Ten kills of `make test-crash`'s, each of the run that would have mended what the one before had left.

In a process of its own: a run is forked, and threads of the tests that ran here before would not come along.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from assets_tests.conftest import ROOT, SampleRun


@pytest.mark.slow
@pytest.mark.requirement("R000-42", "R000-44", "R000-45")
def test_ten_kills_in_a_row_leave_readers_whole_versions_and_the_next_run_nothing_to_miss(
    sample_run: SampleRun,
) -> None:
    options = ["--points", "10", "--seed", "7", "--chain", "--first-night"]
    killed = subprocess.run(
        [sys.executable, "-m", "assets_tests.crash", *options, sample_run.settings.data],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert killed.returncode == 0, killed.stdout + killed.stderr
    said = killed.stdout.splitlines()
    assert said[-1] == "10 kills, 10 ended well"
    steps = {line.split(" ", 1)[1].split(",")[0] for line in said[:-1]}
    assert steps == {"ingest", "load", "check raw", "transform", "check", "publish"}
