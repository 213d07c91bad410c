"""A small world whose every number can be worked out by eye, built once per test session.

It is Wednesday 2026-03-18, 12:00 UTC. `inst_3001` works Mondays to Saturdays from 2026-03-02 on, in UTC.

- Week 03-01..03-07: all 6 days attended; tasks t1 to t4 submitted, t4 late; trainings m1 and m2 completed.
- Week 03-08..03-14: 5 of 6 days attended, so 11 of 12 in both weeks; training m1 completed again; t5 submitted.
- Week 03-15..: nothing yet; Monday and Tuesday were missed, today is not over. t6 was due on 03-16: overdue.
- Thresholds: attendance at least 0.9 (week 2 is below: 5/6), late tasks at most 0 (week 1 is above: 1).

`inst_3002`, in New York, begins on 2026-03-20: it is known, and has no window yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from assets_tests.dbt.harness import Row, connect, failures, make_warehouse, run_dbt

AS_OF = datetime(2026, 3, 18, 12, tzinfo=UTC)
INTERNSHIP = {"internship_instance_id": "inst_3001"}


def at(day: int, hour: int = 9) -> datetime:
    """An hour of a day of March 2026."""
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def example_rows() -> dict[str, list[Row]]:
    """What lies in `raw`."""
    attended = [2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 14]
    trainings = [("m1", 3), ("m2", 4), ("m1", 10)]
    due = {"t1": 5, "t2": 5, "t3": 5, "t4": 5, "t5": 20, "t6": 16}
    submitted = {"t1": 2, "t2": 3, "t3": 4, "t4": 6, "t5": 11}
    return {
        "internships": [
            {
                **INTERNSHIP,
                "user_id": "ada",
                "employer_id": "ridge",
                "starts_on": date(2026, 3, 2),
                "ends_on": date(2026, 4, 30),
                "workdays": ["mon", "tue", "wed", "thu", "fri", "sat"],
            },
            {
                "internship_instance_id": "inst_3002",
                "user_id": "ben",
                "employer_id": "ridge",
                "starts_on": date(2026, 3, 20),
                "ends_on": date(2026, 4, 30),
                "timezone": "America/New_York",
            },
        ],
        "attendance_records": [
            {**INTERNSHIP, "attendance_record_id": f"a{day}", "occurred_at": at(day)}
            for day in attended
        ],
        "training_events": [
            {
                **INTERNSHIP,
                "training_event_id": f"e{place}",
                "training_id": training,
                "status": "completed",
                "occurred_at": at(day),
            }
            for place, (training, day) in enumerate(trainings)
        ],
        "employer_inputs": [
            {**INTERNSHIP, "employer_input_id": "n1", "employer_id": "ridge", "occurred_at": at(5)}
        ],
        "task_assignments": [
            {
                **INTERNSHIP,
                "task_assignment_id": f"given-{task}",
                "task_id": task,
                "user_id": "ada",
                "assigned_at": at(1),
                "due_at": at(day + 1, 0) - timedelta(microseconds=1),
            }
            for task, day in due.items()
        ],
        "task_events": [
            {
                "task_event_id": f"submitted-{task}",
                "task_assignment_id": f"given-{task}",
                "event_type": "submitted",
                "occurred_at": at(day),
            }
            for task, day in submitted.items()
        ],
        "kpi_thresholds": [
            {"kpi_threshold_id": "k1", "metric": "attendance_rate", "min_value": 0.9},
            {"kpi_threshold_id": "k2", "metric": "tasks_late", "max_value": 0.0},
        ],
    }


def build(path: Path, rows: dict[str, list[Row]]) -> Path:
    """A warehouse with `rows` in `raw` and the marts of the domain made of them."""
    make_warehouse(path, rows, as_of=AS_OF)
    result = run_dbt(
        path, "build", "--select", "+path:models/marts/internships", "--exclude-resource-type", "unit_test"
    )  # fmt: skip
    assert failures(result) == []
    return path


@pytest.fixture(scope="session")
def example_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, built; read it, but leave it as it is."""
    return build(tmp_path_factory.mktemp("internships") / "warehouse.duckdb", example_rows())


@pytest.fixture
def example(example_warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the example; what a test changes it rolls back."""
    with connect(example_warehouse) as connection:
        yield connection
