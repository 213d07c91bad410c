"""A line is behind a number when the number is another one without it, shown by leaving out each line in turn.

One small world is put into the warehouse many times over, with ids of its own each time (`-7` for the seventh): whole,
and once without each of its rows. What differs from the whole one must be what is shown as behind it, and the other way
round.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets_tests.dbt.harness import connect, failures, make_warehouse, run_dbt
from assets_tests.explain.small_world import AS_OF, WORLD
from pipelines.contracts import CONTRACTS
from pipelines.explain.derivation import EXPLAINED, signals_behind

# What is explained, and lines that are behind it although another says the same: two clock-ins on one day.
ASKED: dict[str, tuple[str, set[tuple[str, int]]]] = {
    "internships.internship_aggregates": (
        "internship_instance_id = 'i1{}' and aggregation_window = 'weekly' and period_start = '2026-03-08'",
        {("attendance_records", 1), ("attendance_records", 2)},
    ),
    "performance.user_performance": ("user_id = 'ann{}'", set()),
    "progress.step_progress": ("step_id = 's2{}'", set()),
    "progress.assignment_progress": ("assignment_id = 'as1{}'", set()),
    "records.performance_records": ("user_id = 'ann{}'", set()),
    "records.registration_decisions": (
        "registration_event_id = 'registration_event_id-0{}'",
        set(),
    ),
}
# Views that these tables are not made of, and explanations of them are.
READ_BESIDE = ("stg_games", "stg_assignments", "stg_assignment_students", "stg_sequences")
GRAINS = {"progress.step_progress": ["step_id", "student_id"]}


# Which row is left out of which copy: (suffix of its ids, contract, place).
COPIES = [
    (f"-{number}", contract, place)
    for number, (contract, place) in enumerate(
        (contract, place) for contract, rows in WORLD.items() for place in range(len(rows))
    )
]


def copy(connection: duckdb.DuckDBPyConnection, contract: str) -> None:
    """Add the contract's rows once more for each copy, with the copy's ids, but for the row that the copy lacks."""
    columns = [column.name for column in CONTRACTS[contract].columns]
    values = [
        f"{name} || suffix" if name.endswith("_id")
        else """replace(config, '"l1"', '"l1' || suffix || '"')""" if name == "config"
        else name
        for name in columns
    ]  # fmt: skip
    connection.execute(
        f"insert into raw.{contract} ({', '.join(columns)}, _batch, _row)"
        f" select {', '.join(values)}, _batch, _row from raw.{contract} cross join copies"
        " where (contract, place) <> (?, _row)",
        [contract],
    )


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole world, and a copy without each row, built in one go."""
    path = make_warehouse(tmp_path_factory.mktemp("removed") / "warehouse.duckdb", WORLD, AS_OF)
    with connect(path) as connection:
        connection.execute(
            "create temp table copies (suffix VARCHAR, contract VARCHAR, place BIGINT)"
        )
        connection.executemany("insert into copies values (?, ?, ?)", COPIES)
        for contract in WORLD:
            copy(connection, contract)
    result = run_dbt(
        path, "build", "--select", *(f"+{table.partition('.')[2]}" for table in ASKED), *READ_BESIDE,
        "--exclude-resource-type", "unit_test", "--exclude-resource-type", "test",
    )  # fmt: skip
    assert failures(result) == []
    return path


@pytest.mark.slow
@pytest.mark.parametrize("table", ASKED)
def test_a_line_is_behind_a_row_if_it_would_be_another_without_it(
    table: str, warehouse: Path
) -> None:
    condition, redundant = ASKED[table]
    with connect(warehouse) as connection:
        rows = {
            suffix: connection.sql(f"from {table} where {condition.format(suffix)}").pl().to_dicts()
            for suffix in ("", *(suffix for suffix, _, _ in COPIES))
        }
        connection.execute(f"create temp table shown as from {table} where {condition.format('')}")
        signals = signals_behind(connection, EXPLAINED[table], GRAINS)
    assert len(rows[""]) == 1
    changed = {
        (contract, place)
        for suffix, contract, place in COPIES
        if [_original(row, suffix) for row in rows[suffix]] != rows[""]
    }
    assert 5 <= len(changed) < len(rows) - 10
    assert {(signal.contract, signal.row) for signal in signals} == changed | redundant


def _original(value: Any, suffix: str) -> Any:
    """A value, or all values of a row, as in the whole world."""
    if isinstance(value, dict):
        return {name: _original(part, suffix) for name, part in value.items()}
    if isinstance(value, list):
        return [_original(part, suffix) for part in value]
    return value.removesuffix(suffix) if isinstance(value, str) else value
