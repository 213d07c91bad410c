"""Every rule between the marts of progress is green on a sound version, and red when one row is broken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from assets_tests.dbt.harness import connect, failures, make_warehouse, run_dbt
from assets_tests.progress.semester import AS_OF, ROWS
from pipelines.checks.progress import MODELS, RULES
from pipelines.checks.rule import Rule
from pipelines.checks.run import check_values

pytestmark = pytest.mark.slow

STEP = "update step_progress set"
ASSIGNMENT = "update assignment_progress set"
SEQUENCE = "update sequence_progress set"
STUDENT = "update student_progress_summary set"
ANN = "where student_id = 'ann'"
BEN = "where student_id = 'ben'"
ANNS_S3 = f"{ANN} and step_id = 's3'"
BENS_FRACTIONS = f"{BEN} and assignment_id = 'fractions'"
MILESTONE = "where event = 'assignment_progress_milestone' and assignment_id = 'numbers'"

# Per rule the statements of which each alone breaks it.
BROKEN_BY: dict[str, tuple[str, ...]] = {
    "steps_are_those_of_the_students_assignments": (
        f"delete from step_progress {ANNS_S3}",
        f"{STEP} step_id = 's9' {ANNS_S3}",
        f"{STEP} is_removed = false where step_id = 't3'",
    ),
    "attempts_are_the_students_own": (
        f"{STEP} attempt_count = 2 {ANNS_S3}",
        f"{STEP} attempt_count = 4 {ANNS_S3}",
        f"{STEP} attempt_count = 0 {ANN} and step_id = 't3b'",
    ),
    "assignments_count_their_steps": (
        f"{ASSIGNMENT} steps_total = 5 {BENS_FRACTIONS}",
        f"{ASSIGNMENT} steps_completed = 0 {BENS_FRACTIONS}",
        f"{ASSIGNMENT} steps_in_progress = 0 {BENS_FRACTIONS}",
        f"{ASSIGNMENT} steps_locked = 0 {BENS_FRACTIONS}",
        f"{ASSIGNMENT} time_on_task_ms = 0 {BENS_FRACTIONS}",
        f"{ASSIGNMENT} started_at = null {BENS_FRACTIONS}",
        f"delete from assignment_progress {BENS_FRACTIONS}",
    ),
    "sequences_are_their_assignments": (
        f"{SEQUENCE} assignments_total = 1 {BEN}",
        f"{SEQUENCE} completion_percentage = 51 {BEN}",
        f"{SEQUENCE} current_assignment_id = null {BEN}",
        f"{SEQUENCE} current_assignment_id = 'numbers' {BEN}",
        f"{SEQUENCE} started_at = null {BEN}",
        f"delete from sequence_progress {BEN}",
    ),
    "students_are_their_assignments": (
        f"{STUDENT} active_assignments = 2 {BEN}",
        f"{STUDENT} completed_assignments = 2 {BEN}",
        f"delete from student_progress_summary {BEN}",
    ),
    "days_sum_up_to_the_student": (
        f"{STUDENT} total_time_on_task_ms = 1 {BEN}",
        f"{STUDENT} last_activity_at = '2026-03-31 00:00:00+00' {BEN}",
        f"delete from student_activity {BEN} and activity_date = '2026-03-30'",
    ),
    "concepts_are_counted_once": (
        f"{STUDENT} concepts_mastered_count = 2 {ANN}",
        f"{SEQUENCE} concepts_in_progress = ['unheard of'] {ANN}",
    ),
    "a_classs_students_are_its_members": (
        "update class_summary set students = 3 where class_id = 'k1'",
        "update class_summary set students = 1 where class_id = 'empty'",
        "update class_progress set students = 4 where assignment_id = 'numbers'",
        "update class_progress set at_risk = 0 where assignment_id = 'fractions'",
        "update class_progress set complete = 0 where assignment_id = 'numbers'",
        "delete from class_progress where assignment_id = 'puzzles'",
    ),
    "every_class_in_force_has_a_summary": (
        "delete from class_summary where class_id = 'empty'",
        "insert into class_summary by name select * replace ('k9' as class_id) from class_summary limit 1",
    ),
    "organizations_are_their_students": (
        "update organization_progress set students = 3 where organization_id = 'north'",
        "update organization_progress set total_time_on_task_ms = 0 where organization_id = 'north'",
        "update organization_progress set at_risk_students = 0 where organization_id = 'north'",
        "update organization_progress set completion_rate = 0.5 where organization_id = 'north'",
        "update organization_progress set completion_rate = null where organization_id = 'north'",
        "delete from organization_progress where organization_id = 'south'",
    ),
    "periods_hold_the_same_completions": (
        "delete from organization_progress_trend where period = 'month'",
        "delete from organization_progress_trend where period_start = '2026-01-04'",
        "update organization_progress_trend set time_on_task_ms = 0 where period_start = '2026-01-04'",
    ),
    "content_is_judged_by_all_who_have_it": (
        "update content_effectiveness set students = 3 where assignment_id = 'numbers'",
        "delete from content_effectiveness where assignment_id = 'numbers'",
    ),
    "every_factor_has_its_numbers": (
        f"{STUDENT} risk_factors = ['behind_pace_40_percent'] {BEN}",
        f"{STUDENT} risk_factors = [] {BEN}",
        f"{STUDENT} risk_factors = ['stuck_on_step_6_attempts'] {ANN}",
        f"{STUDENT} risk_factors = ['inactive_9_days'] {ANN}",
        f"{STUDENT} risk_factors = ['behind_pace_40_percent'] {ANN}",
        f"{STEP} attempt_count = 6, state = 'in_progress', passed = false {BEN} and step_id = 't2'",
    ),
    "risk_history_ends_in_todays_flag": (
        f"{STUDENT} at_risk = false {BEN}",
        f"{STUDENT} at_risk = true {ANN}",
        f"delete from student_risk_history {BEN}",
    ),
    "risk_history_turns_to_and_fro": (
        f"update student_risk_history set at_risk = not at_risk {ANN}",
        f"delete from student_risk_history {ANN} and risk_date = '2026-02-20'",
    ),
    "every_turn_to_at_risk_is_followed_up": (
        f"delete from interventions {BEN}",
        f"update interventions set risk_date = risk_date + 1 {BEN}",
        f"delete from progress_events {BEN} and event = 'student_at_risk_detected'",
        "insert into progress_events select * from progress_events where event = 'student_at_risk_detected'",
    ),
    "replayed_steps_end_where_they_stand": (
        f"{STEP} attempt_count = 4 {ANNS_S3}",
        f"{STEP} best_score = 79 {ANNS_S3}",
        f"{STEP} best_score = null {ANNS_S3}",
        f"{STEP} time_on_task_ms = 0 {ANNS_S3}",
    ),
    "replayed_assignments_end_where_they_stand": (
        f"{ASSIGNMENT} steps_total = 5 {BENS_FRACTIONS}",
        f"{ASSIGNMENT} steps_required = 4 {BENS_FRACTIONS}",
        f"{ASSIGNMENT} steps_completed = 3 {BENS_FRACTIONS}",
        f"delete from assignment_progress {BENS_FRACTIONS}",
    ),
    "milestones_were_crossed": (
        'update progress_events set properties = replace(properties, \'"milestone":"25"\', \'"milestone":"75"\')'
        f" {MILESTONE}",
        "update progress_events set properties = replace(properties, '\"new_percentage\":', '\"new_percentage\":-')"
        f" {MILESTONE}",
        f"insert into progress_events select * from progress_events {MILESTONE}",
    ),
    "every_event_has_an_id_of_its_own": (
        f"insert into progress_events select * from progress_events {MILESTONE}",
    ),
    "snapshots_obey_their_retention": (
        "update progress_snapshots set notes = 'completed' where notes = 'monthly'",
        "update progress_snapshots set notes = 'monthly' where notes = 'completed'",
        "insert into progress_snapshots by name select * replace (snapshot_id || 'b' as snapshot_id)"
        " from progress_snapshots where notes = 'monthly'",
    ),
    "every_snapshot_was_announced": (
        f"delete from progress_events {ANN} and event = 'progress_snapshot_created'",
    ),
    "impossible_states_never_occur": (
        "update progress_inconsistencies set kind = 'completion_above_100'",
        "update progress_inconsistencies set kind = 'negative_time'",
    ),
    "nothing_impossible_was_reported": (),
}


@pytest.fixture(scope="module")
def semester(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The semester with all marts; add nothing to it."""
    path = make_warehouse(tmp_path_factory.mktemp("semester") / "warehouse.duckdb", ROWS, AS_OF)
    options = ("--select", "+path:models/marts/progress", "--exclude-resource-type", "unit_test")
    assert failures(run_dbt(path, "build", *options)) == []
    return path


@pytest.fixture
def version(semester: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A sound version, in a transaction that is rolled back: what a test breaks stays broken for nobody."""
    with connect(semester) as connection:
        connection.execute("use progress")
        connection.begin()
        yield connection
        connection.rollback()


@pytest.mark.parametrize("table", MODELS)
def test_every_row_satisfies_its_model(table: str, version: duckdb.DuckDBPyConnection) -> None:
    assert version.sql(f"select count(*) from {table}").fetchall() != [(0,)]
    result = check_values(version, table, MODELS[table])
    assert result.passed, result.message


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.blocking], ids=lambda rule: rule.name
)
def test_a_sound_version_passes(rule: Rule, version: duckdb.DuckDBPyConnection) -> None:
    assert version.execute(rule.sql).fetchall() == []


@pytest.mark.requirement("R003-01", "R003-05", "R003-10", "R003-142", "R003-143", "R003-144")
@pytest.mark.parametrize(
    ("rule", "statement"),
    [(rule, statement) for rule in RULES for statement in BROKEN_BY[rule.name]],
)
def test_a_broken_row_turns_its_rule_red(
    rule: Rule, statement: str, version: duckdb.DuckDBPyConnection
) -> None:
    version.execute(statement)
    assert version.execute(rule.sql).fetchall() != []


@pytest.mark.requirement("R003-143", "R003-145")
def test_what_was_reported_is_only_a_warning(version: duckdb.DuckDBPyConnection) -> None:
    [warning] = [rule for rule in RULES if not rule.blocking]
    assert warning.name == "nothing_impossible_was_reported"
    [found] = version.execute(warning.sql).fetchall()
    assert found == ("attempt_while_locked", 1, "t3b")
    version.execute("delete from progress_inconsistencies")
    assert version.execute(warning.sql).fetchall() == []


def test_rules_name_the_published_tables_they_read() -> None:
    for rule in RULES:
        assert rule.tables
        assert all(table in rule.sql for table in rule.tables)
