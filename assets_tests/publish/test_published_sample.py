"""The project's own publication, on the sample: what each role reads, column by column, and the whole `api`."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from assets_tests.conftest import SampleRun
from pipelines.checks.fingerprint import fingerprint
from pipelines.contracts import CONTRACTS
from pipelines.contracts.model import Kind
from pipelines.publish.database import API

FOR_STUDENTS = {
    "internships.student_progress_indicators": "internship_instance_id user_id attendance_band tasks_completed"
    " tasks_assigned training_completed weeks_elapsed weeks_total kpi_as_of",
    "org.weeks": "week_start week_end",
    "records.achievement_progress": "achievement_id user_id lecture_id value_type threshold grade_value value met",
    "records.student_standing": "lecture_id user_id points_total_materialized points_max_materialized"
    " percentage_materialized achievements_met certification_status",
}
FOR_TEACHERS = {
    "org.weeks": FOR_STUDENTS["org.weeks"],
    "records.achievement_progress": FOR_STUDENTS["records.achievement_progress"],
    "records.performance_records": "lecture_id user_id points_total_materialized points_max_materialized"
    " percentage_materialized achievements_met_ids points_max_pending computed_at",
    "records.student_standing": FOR_STUDENTS["records.student_standing"],
}
FOR_EMPLOYERS = {
    "internships.internship_aggregates": "internship_instance_id user_id employer_id organization_id"
    " aggregation_window training_ids attendance_rate expected_days attended_days tasks_completed tasks_late"
    " tasks_overdue training_completed employer_inputs is_closed period_start period_end",
    "internships.internship_kpi_progress": "internship_instance_id employer_id metric value value_last_week"
    " min_value max_value kpi_as_of",
    "internships.internship_notifications": "internship_instance_id employer_id metric audience message period_start",
    "internships.internship_risk_states": "internship_instance_id employer_id kpi_threshold_id metric state value"
    " min_value max_value changed period_start",
    "org.weeks": FOR_STUDENTS["org.weeks"],
}
FOR_ADMINISTRATORS = {
    **FOR_STUDENTS,
    **FOR_TEACHERS,
    **FOR_EMPLOYERS,
    "ops.batches": "batch committed_at hash rows_read accepted duplicates quarantined files",
    "ops.freshness": "contract last_occurred_at last_ingested_at class",
    "ops.ingest_accounting": "batch contract rows_read accepted duplicates quarantined files",
    "ops.orphans": "contract column kind rows examples",
    "ops.quarantine": "contract file_hash line file reasons raw batch",
    "ops.run_metrics": "run_id metric dimension value",
    "org.organizations": "organization_id name timezone",
    "org.users": "user_id username organization_id role experience_level",
}
SEEN = {
    "student": FOR_STUDENTS,
    "employer": FOR_EMPLOYERS,
    "teacher": FOR_TEACHERS,
    "admin": FOR_ADMINISTRATORS,
    "ai": {},
}
MACROS = {
    "student": [],
    "employer": ["internship_aggregate", "internship_aggregates"],
    "teacher": ["assignment_progress", "class_progress", "performance_record", "student_progress"],
    "admin": [
        "assignment_progress",
        "class_progress",
        "internship_aggregate",
        "internship_aggregates",
        "organization_progress",
        "performance_record",
        "student_progress",
    ],
    "ai": [],
}


def parquet_files(folder: Path) -> dict[str, str]:
    return {
        f"{path.parts[-3]}.{path.parts[-2]}": " ".join(duckdb.read_parquet(str(path)).columns)
        for path in sorted(folder.rglob("*.parquet"))
    }


@pytest.mark.requirement("R000-31", "R000-32", "R000-33", "R000-34", "G000-13", "GX-09", "GX-13")
@pytest.mark.parametrize("role", SEEN)
def test_a_role_s_folder_holds_this_and_nothing_else(sample_run: SampleRun, role: str) -> None:
    folder = sample_run.current / role
    assert parquet_files(folder) == SEEN[role]
    others = {path for path in folder.rglob("*") if path.is_file() and path.suffix != ".parquet"}
    assert others == {folder / "cairn.duckdb"}
    with duckdb.connect(folder / "cairn.duckdb", read_only=True) as reader:
        tables = reader.execute(
            "select schema_name || '.' || table_name,"
            " string_agg(column_name, ' ' order by column_index)"
            " from duckdb_columns() where not internal group by all"
        ).fetchall()
    assert dict(tables) == {**SEEN[role], "main.version": "version n as_of code_version"}


@pytest.mark.requirement("R000-35")
def test_a_student_s_folder_holds_no_raw_signal(sample_run: SampleRun) -> None:
    """No table of a contract, no key of an event, and no moment at which a signal happened."""
    events = {contract.key[0] for contract in CONTRACTS.values() if contract.kind is Kind.EVENT}
    for table, columns in parquet_files(sample_run.current / "student").items():
        assert table.split(".")[1] not in CONTRACTS
        assert not {"occurred_at", "raw", "email", *events} & set(columns.split())


@pytest.mark.parametrize("role", MACROS)
def test_a_role_s_macros_can_be_called(sample_run: SampleRun, role: str) -> None:
    with duckdb.connect(sample_run.current / role / "cairn.duckdb", read_only=True) as reader:
        macros = reader.execute(
            "select function_name, len(parameters) from duckdb_functions() where schema_name = 'api'"
            " order by all"
        ).fetchall()
        assert [name for name, _ in macros] == MACROS[role]
        for name, parameters in macros:
            arguments = ", ".join(["null"] * parameters)
            assert reader.execute(f"from api.{name}({arguments})").fetchall() == []


def test_administrators_have_every_macro() -> None:
    assert MACROS["admin"] == sorted(path.stem for path in API.glob("*.sql"))


@pytest.mark.requirement("R000-51", "R000-56")
def test_the_files_are_what_the_manifest_says(sample_run: SampleRun) -> None:
    manifest = json.loads((sample_run.current / "manifest.json").read_text())
    assert set(manifest["tables"]) == set(FOR_ADMINISTRATORS)
    with duckdb.connect() as connection:
        for name, table in manifest["tables"].items():
            file = sample_run.current / table["files"]["admin"]["path"]
            content = fingerprint(connection, f"read_parquet('{file}')")
            assert content.rows == table["rows"], name
            assert [{"name": column, "type": type_} for column, type_ in content.columns] == table[
                "columns"
            ]
            assert table["fingerprint"] == (None if name == "ops.run_metrics" else content.sha256)
            assert list(table["files"]) == table["visibility"]


def test_every_table_and_column_of_the_database_is_described(sample_run: SampleRun) -> None:
    with duckdb.connect(sample_run.current / "admin/cairn.duckdb", read_only=True) as reader:
        silent = reader.execute(
            "select table_name, column_name from duckdb_columns() where not internal"
            " and schema_name <> 'main' and coalesce(comment, '') = ''"
            " union all select table_name, null from duckdb_tables() where not internal"
            " and schema_name <> 'main' and coalesce(comment, '') = ''"
        ).fetchall()
    assert silent == []
