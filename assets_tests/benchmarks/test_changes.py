"""What a night is said to have changed, on two warehouses small enough to count by hand."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from benchmarks.changes import Change, changes, what_changed
from pipelines.dbt import run_target
from pipelines.settings import Settings


def test_rows_and_persons_are_counted_and_only_tables_of_the_run(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    rows = {
        tmp_path / "before.duckdb": "('ann', 1), ('ann', 1), ('ben', 2), ('cem', 3), (null, 4)",
        settings.warehouse: "('ann', 1), ('ben', 2), ('ben', 5), ('cem', 3), ('dee', 6), (null, 4)",
    }
    for path, values in rows.items():
        with duckdb.connect(path) as connection:
            connection.execute("create schema progress; create schema intermediate")
            connection.execute(
                f"create table progress.marks as from (values {values}) t(student_id, mark)"
            )
            connection.execute("create table intermediate.int_weeks as select 1 as week")
            connection.execute("create table progress.of_no_run as select 1 as number")
    built = [("progress", "marks", 4.0), ("intermediate", "int_weeks", 1.0)]
    results = [
        {
            "unique_id": f"model.cairn.{table}",
            "relation_name": f'"warehouse"."{schema}"."{table}"',
            "execution_time": seconds,
        }
        for schema, table, seconds in built
    ]
    run_target(settings).mkdir()
    (run_target(settings) / "run_results.json").write_text(json.dumps({"results": results}))

    found = changes(tmp_path / "before.duckdb", settings)
    # One row of Ann's is gone, Ben has one more, Dee is new; of the four only Cem is as before.
    assert found == [
        Change("progress.marks", 4.0, rows=6, changed=2 / 6, touched=3 / 4),
        Change("int_weeks", 1.0, rows=1, changed=0.0, touched=None),
    ]
    assert [change.spared for change in found] == [1.0, 0.0]
    first, *_, of_marks, _ = what_changed(found)
    assert "Of 5.0 s in 2 tables" in first and "spare 1.0 s" in first
    assert of_marks == "| progress.marks | 4.00 | 6 | 33.33% | 75.0% | 1.00 |"
