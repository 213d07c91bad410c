"""A run measures what the documents ask it to measure, under their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets_tests.conftest import SampleRun
from pipelines.warehouse import connect


@pytest.mark.slow
@pytest.mark.requirement("R003-178", "R003-179", "R003-180", "R003-181")
def test_progress_is_timed_level_by_level(sample_run: SampleRun, tmp_path: Path) -> None:
    with connect(sample_run.copy_to(tmp_path / "data")) as connection:
        measured = {
            (metric, dimension): value
            for metric, dimension, value in connection.execute(
                "select metric, dimension, value from raw.run_metrics"
            ).fetchall()
        }
    documented = {
        key
        for key in measured
        if key[0].startswith("progress_") or key[0] == "snapshot_creation_time_ms"
    }
    assert documented == {
        *(("progress_calculation_time_ms", of) for of in ("step", "assignment", "sequence", "student")),
        *(("progress_aggregation_time_ms", of) for of in ("class", "organization", "system")),
        *(("snapshot_creation_time_ms", of) for of in ("step", "assignment", "sequence")),
    }  # fmt: skip
    of_marts = [measured["mart_duration_ms", f"progress.class_{mart}"] for mart in ("progress", "summary")]  # fmt: skip
    assert measured["progress_aggregation_time_ms", "class"] == pytest.approx(sum(of_marts))
    assert min(measured[key] for key in documented) > 0
    assert measured["mart_rows", "progress.step_progress"] > 0
