"""Aggregates are derived views: nobody edits them, nothing is decided in them, and a late signal re-derives them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from assets_tests.dbt.harness import connect
from assets_tests.internships.conftest import INTERNSHIP, at, build, example_rows
from pipelines.checks.internships import MODELS
from pipelines.contracts import CONTRACTS

pytestmark = pytest.mark.slow


def tables(connection: duckdb.DuckDBPyConnection) -> dict[str, set[tuple[str, ...]]]:
    """Every row of every mart of the domain, as text."""
    return {
        table: {tuple(map(str, row)) for row in connection.execute(f"from {table}").fetchall()}
        for table in MODELS
    }


@pytest.mark.requirement("R000-42", "R000-43", "R000-55")
def test_the_same_signals_in_another_order_give_the_same_rows(
    example: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    backwards = {contract: rows[::-1] for contract, rows in example_rows().items()}
    with connect(build(tmp_path / "warehouse.duckdb", backwards)) as connection:
        assert tables(connection) == tables(example)


@pytest.mark.requirement("R000-10", "R000-25", "R000-29", "R000-36", "G000-11", "G000-16")
def test_a_late_signal_rederives_what_it_touches_and_nothing_else(
    example: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    # The clock-in of Friday 03-13 arrives after its week has closed: 6 of 6 days, no longer at risk.
    rows = example_rows()
    late = {**INTERNSHIP, "attendance_record_id": "late", "occurred_at": at(13), "_batch": 1}
    rows["attendance_records"].append(late)
    before = tables(example)
    with connect(build(tmp_path / "warehouse.duckdb", rows)) as connection:
        after = tables(connection)
        risk = connection.execute(
            "select value, state, changed from internships.internship_risk_states"
            " where metric = 'attendance_rate' and period_start = '2026-03-08'"
        ).fetchall()
    assert risk == [(1.0, "none", False)]
    changed = {
        table: (len(before[table] - rows), len(rows - before[table]))
        for table, rows in after.items()
    }
    assert changed == {
        "internships.internship_aggregates": (2, 2),
        # Two internships without an organization are shown to nobody who may recognise nobody.
        "internships.internship_aggregates_anonymous": (0, 0),
        "internships.internship_kpi_progress": (1, 1),
        "internships.internship_risk_states": (1, 1),
        "internships.internship_notifications": (1, 0),
        # 11 of 12 was good, and so is 12 of 12.
        "internships.student_progress_indicators": (0, 0),
    }


@pytest.mark.requirement("R000-02", "R000-03", "R000-52", "R000-53", "R000-54", "G000-19")
def test_nothing_is_decided_overridden_or_injected(example: duckdb.DuckDBPyConnection) -> None:
    columns = example.execute(
        "select column_name from information_schema.columns where table_schema = 'internships'"
    ).fetchall()
    words = {word for (column,) in columns for word in column.split("_")}
    assert words.isdisjoint(
        {"passed", "failed", "final", "decision", "override", "overridden", "penalty", "terminated"}
    )
    marts = {table.partition(".")[2] for table in MODELS}
    assert marts.isdisjoint(CONTRACTS)
    metrics = {
        "attendance_rate",
        "tasks_completed",
        "tasks_late",
        "training_completed",
        "value",
        "state",
    }
    landed = {
        column.name
        for contract in CONTRACTS.values()
        if contract.domain == "internships"
        for column in contract.columns
    }
    assert landed.isdisjoint(metrics)


@pytest.mark.requirement("R000-31", "R000-35", "R000-38", "G000-12", "G000-13")
def test_interns_are_shown_no_threshold_no_risk_and_no_raw_signal(
    example: duckdb.DuckDBPyConnection,
) -> None:
    shown = example.execute("from internships.student_progress_indicators").description
    assert [column[0] for column in shown] == [
        "internship_instance_id",
        "user_id",
        "attendance_band",
        "tasks_completed",
        "tasks_assigned",
        "training_completed",
        "weeks_elapsed",
        "weeks_total",
        "kpi_as_of",
    ]
