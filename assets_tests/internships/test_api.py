"""The read endpoints of the domain, as any DuckDB client calls them on a published file."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets_tests.api import bodies, published_file
from assets_tests.internships.conftest import AS_OF
from pipelines.publish.database import API

MACROS = ("internship_aggregate", "internship_aggregates")
READ = ("internships.internship_aggregates", "internships.internship_kpi_progress")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def published(example_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file in the storage version that old clients read, with the tables and macros of the domain."""
    path = tmp_path_factory.mktemp("published") / "cairn.duckdb"
    return published_file(path, example_warehouse, READ, MACROS, AS_OF)


@pytest.mark.requirement(
    "R000-13", "R000-16", "R000-17", "R000-18", "R000-19", "R000-24", "G000-02", "G000-09"
)
def test_on_demand_aggregate_has_the_documents_shape_key_by_key(
    client: duckdb.DuckDBPyConnection,
) -> None:
    # Two weeks: 11 of 12 days = 0.91666.., half up 0.92; tasks 4 + 1; trainings {m1, m2} and {m1}: 2, not 3.
    assert bodies(client, "api.internship_aggregate('inst_3001', '2026-03-01', '2026-03-14')") == [
        '{"internshipInstanceId":"inst_3001","aggregationWindow":"on_demand",'
        '"periodStart":"2026-03-01","periodEnd":"2026-03-14",'
        '"metrics":{"attendanceRate":0.92,"tasksCompleted":5,"tasksLate":1,"trainingCompleted":2}}'
    ]


@pytest.mark.requirement("R000-12", "R000-24", "G000-09")
def test_weekly_aggregates_are_the_documents_records_in_order(
    client: duckdb.DuckDBPyConnection,
) -> None:
    def record(start: str, end: str, metrics: str) -> str:
        return (
            '{"internshipInstanceId":"inst_3001","aggregationWindow":"weekly",'
            f'"periodStart":"{start}","periodEnd":"{end}","metrics":{{{metrics}}}}}'
        )

    records = ",".join(
        [
            record(
                "2026-03-01", "2026-03-07",
                '"attendanceRate":1.0,"tasksCompleted":4,"tasksLate":1,"trainingCompleted":2',
            ),
            # 5 / 6 = 0.8333..
            record(
                "2026-03-08", "2026-03-14",
                '"attendanceRate":0.83,"tasksCompleted":1,"tasksLate":0,"trainingCompleted":1',
            ),
            record(
                "2026-03-15", "2026-03-21",
                '"attendanceRate":0.0,"tasksCompleted":0,"tasksLate":0,"trainingCompleted":0',
            ),
        ]
    )  # fmt: skip
    assert bodies(client, "api.internship_aggregates('inst_3001')") == [
        f'{{"internshipInstanceId":"inst_3001","aggregationWindow":"weekly","aggregates":[{records}]}}'
    ]


@pytest.mark.requirement("R000-11", "G000-09")
def test_daily_aggregates_run_to_today(client: duckdb.DuckDBPyConnection) -> None:
    (body,) = bodies(
        client, "api.internship_aggregates('inst_3001', aggregation_window := 'daily')"
    )
    days = [record["periodStart"] for record in json.loads(body)["aggregates"]]
    assert days == [f"2026-03-{day:02}" for day in range(2, 19)]


@pytest.mark.requirement("R000-13")
@pytest.mark.parametrize(
    ("first", "last", "metrics"),
    [
        # 2026-03-13 was missed, 03-14 attended.
        ("2026-03-13", "2026-03-14", [0.5, 0, 0, 0]),
        (date(2026, 3, 13), date(2026, 3, 13), [0.0, 0, 0, 0]),
        # A Sunday has no expected day.
        ("2026-03-15", "2026-03-15", [None, 0, 0, 0]),
        # Outside the internship, and after today, there is nothing: 11 of 14 days so far = 0.7857..
        ("1999-01-01", "2099-12-31", [0.79, 5, 1, 2]),
        ("2027-01-01", "2027-01-31", [None, 0, 0, 0]),
        # A range that ends before it starts holds no day.
        ("2026-03-07", "2026-03-01", [None, 0, 0, 0]),
    ],
)
def test_any_range_counts_what_lies_in_it(
    client: duckdb.DuckDBPyConnection, first: str | date, last: str | date, metrics: list[Any]
) -> None:
    (body,) = bodies(client, "api.internship_aggregate('inst_3001', ?, ?)", first, last)
    assert list(json.loads(body)["metrics"].values()) == metrics


@pytest.mark.requirement("R000-20", "G000-01", "G000-02")
@pytest.mark.parametrize("expected_days", [3, 8, 40, 200])
def test_attendance_is_rounded_half_up_exactly(published: Path, expected_days: int) -> None:
    counts = range(expected_days + 1)
    with duckdb.connect() as connection:
        connection.execute("create schema internships; create schema api")
        connection.execute(f"attach '{published}' as published (read_only)")
        for table in READ:
            connection.execute(f"create table {table} as from published.{table} limit 0")
        connection.execute((API / "internship_aggregate.sql").read_text())
        connection.execute(
            "insert into internships.internship_kpi_progress by name"
            " select cast(range as varchar) as internship_instance_id from range(?)",
            [len(counts)],
        )
        connection.execute(
            "insert into internships.internship_aggregates by name"
            " select cast(range as varchar) as internship_instance_id, 'daily' as aggregation_window,"
            " date '2026-03-02' as period_start, range as attended_days, ? as expected_days from range(?)",
            [expected_days, len(counts)],
        )
        found = [
            connection.execute(
                "select metrics.attendanceRate"
                " from api.internship_aggregate(?, '2026-03-01', '2026-03-07')",
                [str(attended)],
            ).fetchone()
            for attended in counts
        ]
    # floor(100 a / e + 1/2), in whole numbers.
    assert found == [((200 * a + expected_days) // (2 * expected_days) / 100,) for a in counts]


def test_an_internship_whose_first_day_is_to_come_is_known_and_has_an_empty_first_week(
    client: duckdb.DuckDBPyConnection,
) -> None:
    assert bodies(
        client, "api.internship_aggregates('inst_3002', aggregation_window := 'daily')"
    ) == ['{"internshipInstanceId":"inst_3002","aggregationWindow":"daily","aggregates":[]}']
    (body,) = bodies(client, "api.internship_aggregates('inst_3002')")
    assert [list(week["metrics"].values()) for week in json.loads(body)["aggregates"]] == [
        [None, 0, 0, 0]
    ]
    (body,) = bodies(client, "api.internship_aggregate('inst_3002', '2026-03-01', '2026-03-31')")
    assert list(json.loads(body)["metrics"].values()) == [None, 0, 0, 0]


def test_an_unknown_internship_returns_no_row(client: duckdb.DuckDBPyConnection) -> None:
    assert bodies(client, "api.internship_aggregates('nobody')") == []
    assert bodies(client, "api.internship_aggregate('nobody', '2026-03-01', '2026-03-07')") == []
    assert bodies(client, "api.internship_aggregate(NULL, '2026-03-01', '2026-03-07')") == []
