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
    "progress.assignment_progress": "assignment_id student_id sequence_id next_step_id status completion_percentage"
    " steps_total steps_required steps_completed steps_in_progress steps_locked average_score mastery_score"
    " pass_rate steps_per_week time_on_task_ms estimated_completion_date due_at next_step_due_at started_at"
    " completed_at",
    "progress.concept_mastery": "student_id concept_id mastery_level best_score attempts last_activity_at",
    "progress.progress_snapshots": "snapshot_id student_id scope_type scope_id trigger notes completion_percentage"
    " mastery_score time_on_task_ms snapshot_date snapshot_at",
    "progress.sequence_progress": "sequence_id student_id current_assignment_id concepts_mastered"
    " concepts_in_progress completion_percentage assignments_total assignments_completed overall_mastery_score"
    " remediation_count review_compliance_rate estimated_completion_date started_at",
    "progress.student_activity": "student_id steps_completed attempts time_on_task_ms activity_date",
    "progress.student_progress_summary": "student_id organization_id active_assignments completed_assignments"
    " total_time_on_task_ms steps_completed_this_week time_on_task_this_week_ms games_played_this_week"
    " overall_mastery_score concepts_mastered_count badges_earned streak_days engagement_score last_activity_at",
    "internships.student_progress_indicators": "internship_instance_id user_id attendance_band tasks_completed"
    " tasks_assigned training_completed weeks_elapsed weeks_total kpi_as_of",
    "org.weeks": "week_start week_end",
    "performance.performance_badges": "user_id criteria badge_name badge_description badge_icon criteria_value"
    " is_active earned_at",
    "performance.performance_milestones": "user_id milestone_type milestone_name description achievement_data"
    " achieved_value achieved_at",
    "performance.performance_snapshots": "user_id tasks_completed_today cumulative_tasks daily_on_time_ratio"
    " cumulative_on_time_ratio daily_performance_score cumulative_performance_score snapshot_date created_at",
    "performance.user_performance": "user_id username organization_id trend_direction experience_level"
    " current_performance_score tasks_completed avg_completion_time on_time_ratio skill_accuracy difficulty_factor"
    " avg_completion_speed trend_change trend_period_days organization_rank",
    "records.achievement_progress": "achievement_id user_id lecture_id value_type threshold grade_value value met",
    "records.registration_decisions": "registration_event_id campaign_id user_id allowed failed_policy_id code message"
    " certification_status policies_evaluated",
    "records.student_standing": "lecture_id user_id points_total_materialized points_max_materialized"
    " percentage_materialized achievements_met certification_status",
    # Counts, and no weight.
    "skills.skill_activity": "user_id direction recent signals_last_7_days signals_previous_7_days last_signal_at",
    "skills.skill_distribution": "user_id skill_id skill_name category signals first_signal_at last_signal_at",
    "skills.skill_momentum": "user_id skill_id signals cumulative_signals week_start",
}
FOR_TEACHERS = {
    "progress.assignment_progress": "assignment_id student_id sequence_id next_step_id status pacing_status colour"
    " completion_percentage expected_percentage steps_total steps_required steps_completed steps_in_progress"
    " steps_locked average_score mastery_score pass_rate steps_per_week time_on_task_ms estimated_completion_date"
    " due_at next_step_due_at started_at completed_at",
    "progress.class_progress": "class_id assignment_id students mean_completion mean_mastery ahead on_track behind"
    " at_risk complete",
    "progress.class_summary": "class_id organization_id student_ids students active_assignments mean_completion"
    " mean_mastery at_risk_students last_activity_at",
    "progress.concept_mastery": FOR_STUDENTS["progress.concept_mastery"],
    "progress.content_effectiveness": "assignment_id sequence_id students completion_rate mean_score mean_attempts"
    " mean_time_on_task_ms stuck_students",
    "progress.interventions": "student_id risk_factors teacher_ids recommended_concepts recommended_games offer"
    " audience risk_date",
    "progress.progress_events": "event_id event student_id assignment_id sequence_id step_id properties occurred_at",
    "progress.progress_snapshots": "snapshot_id student_id scope_type scope_id trigger notes state_snapshot"
    " completion_percentage mastery_score time_on_task_ms snapshot_date snapshot_at",
    "progress.sequence_progress": FOR_STUDENTS["progress.sequence_progress"],
    "progress.step_progress": "step_id student_id assignment_id state mastery_level completion_source target_source"
    " original_context position attempt_count best_score latest_score target_score consistency_score original_score"
    " session_count time_on_task_ms passed first_attempt_passed is_removed started_at completed_at last_activity_at"
    " reconciled_at",
    "progress.student_activity": FOR_STUDENTS["progress.student_activity"],
    "progress.student_progress_summary": "student_id organization_id risk_factors active_assignments"
    " completed_assignments total_time_on_task_ms steps_completed_this_week time_on_task_this_week_ms"
    " games_played_this_week overall_mastery_score concepts_mastered_count badges_earned streak_days"
    " engagement_score at_risk last_activity_at",
    "progress.student_risk_history": "student_id risk_factors at_risk changed risk_date",
    "org.weeks": FOR_STUDENTS["org.weeks"],
    "records.achievement_progress": FOR_STUDENTS["records.achievement_progress"],
    "records.certification_history": "certification_id lecture_id user_id status source certified_by certified_at"
    " rule_id rule_snapshot note",
    "records.certification_proposals": "lecture_id user_id rule_id min_percentage min_points_absolute proposed_status"
    " current_points required_points current_achievement_ids required_achievement_ids meets_points"
    " meets_achievements deferral_reasons",
    "records.certifications": "lecture_id user_id status source certified_by certified_at rule_id rule_snapshot note"
    " is_stale proposed_status conflicts",
    "records.exam_rosters": "campaign_id user_id status reason finalized_at",
    "records.performance_records": "lecture_id user_id points_total_materialized points_max_materialized"
    " percentage_materialized achievements_met_ids points_max_pending computed_at",
    "records.registration_decisions": FOR_STUDENTS["records.registration_decisions"],
    "records.registration_preflight": "registration_event_id campaign_id phase event_type outcome missing pending"
    " unresolved_user_ids message",
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
    "performance.performance_logs": "assignment_id user_id organization_id tasks_completed on_time_ratio skill_accuracy"
    " difficulty_factor avg_completion_time avg_completion_speed performance_score score_change created_at",
    "performance.performance_distribution": "organization_id bucket members",
    "performance.team_performance": "organization_id team_size average_score median_score std_deviation min_score"
    " max_score score_range",
    **{
        table: columns
        for table, columns in FOR_STUDENTS.items()
        if table.startswith("performance.")
    },
    "skills.mentorship_summary": "intern_id sessions mentors sessions_with_project last_session_at",
    "skills.skill_activity": FOR_STUDENTS["skills.skill_activity"],
    "skills.skill_distribution": "user_id skill_id skill_name category signals total_weight first_signal_at"
    " last_signal_at",
    "skills.skill_distribution_by_organization": "organization_id skill_id skill_name category signals users"
    " total_weight",
    "skills.skill_momentum": "user_id skill_id signals total_weight cumulative_signals week_start",
}
FOR_AI = {
    "progress.content_effectiveness": FOR_TEACHERS["progress.content_effectiveness"],
    "progress.organization_progress": "organization_id students active_assignments completion_rate mean_mastery"
    " active_students_7d total_time_on_task_ms at_risk_students",
    "progress.organization_progress_trend": "organization_id period active_students steps_completed time_on_task_ms"
    " mean_score period_start",
    "performance.performance_distribution": FOR_EMPLOYERS["performance.performance_distribution"],
    "skills.skill_distribution_by_organization": FOR_EMPLOYERS[
        "skills.skill_distribution_by_organization"
    ],
    "internships.internship_aggregates_anonymous": "subject_hash aggregation_window attendance_rate expected_days"
    " attended_days tasks_completed tasks_late tasks_overdue training_completed employer_inputs period_start",
}
FOR_ADMINISTRATORS = {
    **FOR_STUDENTS,
    **FOR_TEACHERS,
    **FOR_EMPLOYERS,
    "progress.organization_progress": FOR_AI["progress.organization_progress"],
    "progress.organization_progress_trend": FOR_AI["progress.organization_progress_trend"],
    "progress.progress_inconsistencies": "inconsistency_id kind scope_type scope_id student_id detail repaired",
    "ops.batches": "batch committed_at hash rows_read accepted duplicates quarantined files",
    "ops.freshness": "contract last_occurred_at last_ingested_at class",
    "ops.ingest_accounting": "batch contract rows_read accepted duplicates quarantined files",
    "ops.orphans": "contract column kind rows examples",
    "ops.quarantine": "contract file_hash line file reasons raw batch",
    "ops.run_metrics": "run_id metric dimension value",
    "org.organizations": "organization_id name timezone",
    "org.users": "user_id username organization_id role experience_level",
    "skills.user_skill_signals": "signal_id user_id skill_id source_type source_id signal_type weight created_at",
}
SEEN = {
    "student": FOR_STUDENTS,
    "employer": FOR_EMPLOYERS,
    "teacher": FOR_TEACHERS,
    "admin": FOR_ADMINISTRATORS,
    "ai": FOR_AI,
}
PERFORMANCE_FOR_STUDENTS = ["snapshots", "user_metrics", "user_performance", "user_summary"]
PERFORMANCE = [
    *("comparison", "distribution", "export_user", "logs", "statistics", "team", "team_trends"),
    *("top_performers", "user_history", "user_trends", *PERFORMANCE_FOR_STUDENTS),
]
SKILLS = ["skill_activity", "skill_distribution", "skill_momentum"]
INTERNSHIPS = ["internship_aggregate", "internship_aggregates"]
RECORDS = ["performance_record", "proposals", "rule_change_preview"]
PROGRESS_OF_STUDENTS = ["assignment_progress", "class_progress", "student_progress"]
MACROS = {
    "student": sorted([*PERFORMANCE_FOR_STUDENTS, *SKILLS]),
    "employer": sorted([*INTERNSHIPS, *PERFORMANCE, *SKILLS]),
    "teacher": sorted([*RECORDS, *PROGRESS_OF_STUDENTS]),
    "admin": sorted(
        [
            *INTERNSHIPS,
            *PERFORMANCE,
            *SKILLS,
            *RECORDS,
            *PROGRESS_OF_STUDENTS,
            "organization_progress",
        ]
    ),
    "ai": [],
}


def parquet_files(folder: Path) -> dict[str, str]:
    return {
        f"{path.parts[-3]}.{path.parts[-2]}": " ".join(duckdb.read_parquet(str(path)).columns)
        for path in sorted(folder.rglob("*.parquet"))
    }


@pytest.mark.requirement(
    *("R000-31", "R000-32", "R000-33", "R000-34", "G000-13", "GX-09", "GX-13"),
    *("R003-190", "R003-191", "R003-194", "R003-196", "R003-199"),
)
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
    # A decision about a registration is named by it: that is the table's documented grain.
    events -= {"registration_event_id"}
    for table, columns in parquet_files(sample_run.current / "student").items():
        assert table.split(".")[1] not in CONTRACTS
        assert not {"occurred_at", "raw", "email", *events} & set(columns.split())


@pytest.mark.requirement("GX-13")
def test_ai_reads_only_skills_of_at_least_five_users(sample_run: SampleRun) -> None:
    table = "skills/skill_distribution_by_organization/skill_distribution_by_organization.parquet"
    shown = duckdb.read_parquet(str(sample_run.current / "ai" / table)).fetchall()
    everything = duckdb.read_parquet(str(sample_run.current / "admin" / table))
    large = everything.filter("users >= 5").fetchall()
    # The first two columns are ids, and hashed.
    assert sorted(map(str, (row[2:] for row in shown))) == sorted(map(str, (r[2:] for r in large)))
    assert 0 < len(shown) < len(everything)


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
    assert set(manifest["tables"]) == {*FOR_ADMINISTRATORS, *FOR_AI}
    with duckdb.connect() as connection:
        for name in FOR_ADMINISTRATORS:
            table = manifest["tables"][name]
            file = sample_run.current / table["files"]["admin"]["path"]
            content = fingerprint(connection, f"read_parquet('{file}')")
            assert content.rows == table["rows"], name
            assert [{"name": column, "type": type_} for column, type_ in content.columns] == table[
                "columns"
            ]
            assert table["fingerprint"] == (None if name == "ops.run_metrics" else content.sha256)
            assert list(table["files"]) == table["visibility"]


def test_every_table_column_and_macro_of_the_database_is_described(sample_run: SampleRun) -> None:
    with duckdb.connect(sample_run.current / "admin/cairn.duckdb", read_only=True) as reader:
        silent = reader.execute(
            "select table_name, column_name from duckdb_columns() where not internal"
            " and coalesce(comment, '') = ''"
            " union all select table_name, null from duckdb_tables() where not internal"
            " and coalesce(comment, '') = ''"
            " union all select function_name, null from duckdb_functions() where schema_name = 'api'"
            " and coalesce(comment, '') = ''"
        ).fetchall()
    assert silent == []
