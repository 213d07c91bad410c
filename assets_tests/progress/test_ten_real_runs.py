"""What the risk history tells of a past day is what a run with that day's `as_of` says: ten real, earlier runs."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from assets_tests.dbt.compiled import judge_again
from assets_tests.dbt.harness import (
    Row,
    connect,
    failures,
    make_warehouse,
    read,
    run_dbt,
    turn_dials,
)
from assets_tests.progress.semester import AS_OF, EARLIER_RUNS, ROWS

pytestmark = pytest.mark.slow

History = dict[str, dict[date, Row]]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The semester with its seeds and its history as of today."""
    path = make_warehouse(tmp_path_factory.mktemp("semester") / "warehouse.duckdb", ROWS, AS_OF)
    selected = ("--select", "+student_risk_history", "+student_progress_summary")
    assert failures(run_dbt(path, "build", "--exclude-resource-type", "unit_test", *selected)) == []
    return path


@pytest.fixture(scope="module")
def history(warehouse: Path) -> History:
    """The turns that today's run tells of, per student and day."""
    told: History = {}
    with connect(warehouse) as connection:
        for row in read(connection, "progress.student_risk_history"):
            told.setdefault(row["student_id"], {})[row["risk_date"]] = row
    return told


@pytest.fixture(scope="module")
def runs(warehouse: Path, history: History) -> dict[datetime, list[Row]]:
    """What each earlier run says of its students; today's history is read before the dials are turned.

    dbt makes the first of them, and its statements the others.
    """
    said = {}
    for moment in EARLIER_RUNS:
        if said:
            judge_again(warehouse, 1, moment)
        else:
            turn_dials(warehouse, 1, moment)
            selected = ("--select", "+student_progress_summary")
            assert failures(run_dbt(warehouse, "run", *selected)) == []
        with connect(warehouse) as connection:
            said[moment] = read(connection, "progress.student_progress_summary")
    return said


@pytest.mark.requirement("R003-125", "G003-26")
def test_each_day_is_told_as_it_was(history: History, runs: dict[datetime, list[Row]]) -> None:
    for moment, summaries in runs.items():
        for summary in summaries:
            turns = history.get(summary["student_id"], {})
            last_turn = max((day for day in turns if day <= moment.date()), default=None)
            told = turns[last_turn]["at_risk"] if last_turn else False
            assert summary["at_risk"] == told, (summary["student_id"], moment)
            if last_turn == moment.date():
                assert summary["risk_factors"] == turns[last_turn]["risk_factors"]


def test_the_ten_days_hold_every_case(history: History, runs: dict[datetime, list[Row]]) -> None:
    """Runs in which nobody is at risk, or nothing turns, would show nothing."""
    assert len(runs) == 10
    turned = {day: row["at_risk"] for turns in history.values() for day, row in turns.items()}
    days = [moment.date() for moment in runs]
    assert {turned[day] for day in days if day in turned} == {True, False}
    assert any(day not in turned for day in days)
    factors = {factor for rows in runs.values() for row in rows for factor in row["risk_factors"]}
    beginnings = ("behind_pace", "high_score", "inactive", "low_mastery", "stuck_on")
    assert {name for name in beginnings for factor in factors if factor.startswith(name)} == {
        *beginnings
    }
    assert any(not row["at_risk"] for rows in runs.values() for row in rows)
