"""Every rule between the marts of records is green on a sound version, and red when one row is broken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from assets_tests.dbt.harness import connect
from pipelines.checks.records import RULES
from pipelines.checks.rule import Rule

pytestmark = pytest.mark.slow

RECORD = "update records.performance_records set"
PROGRESS = "update records.achievement_progress set"
STANDING = "update records.student_standing set"
ALICE = "where lecture_id = 'algebra' and user_id = 'alice'"
DAN = "where lecture_id = 'algebra' and user_id = 'dan'"

# Per rule the statements of which each alone breaks it.
BROKEN_BY: dict[str, tuple[str, ...]] = {
    "every_member_has_one_record": (
        f"delete from records.performance_records {ALICE}",
        "insert into records.performance_records by name"
        f" select * replace ('eve' as user_id) from records.performance_records {ALICE}",
    ),
    "points_were_earned_in_reviews": (
        f"{RECORD} points_total_materialized = 58.0001 {ALICE}",
        f"{RECORD} points_total_materialized = 1 where lecture_id = 'empty'",
    ),
    "maximum_is_the_lectures_unless_exempt": (
        f"{RECORD} points_max_materialized = 50 {ALICE}",
        f"{RECORD} points_max_materialized = 150 {DAN}",
        f"{RECORD} points_max_materialized = 1 where lecture_id = 'empty'",
    ),
    "records_speak_of_as_of": (f"{RECORD} computed_at = computed_at - interval 1 day {ALICE}",),
    "every_member_is_in_every_achievement": (
        f"delete from records.achievement_progress {ALICE} and achievement_id = '1'",
        f"{PROGRESS} user_id = 'eve' {ALICE}",
    ),
    "met_ids_are_the_achievements_met": (
        f"{RECORD} achievements_met_ids = ['1'] {ALICE}",
        f"{PROGRESS} met = true {DAN} and achievement_id = '1'",
    ),
    "standing_agrees_with_the_records": (
        f"{STANDING} points_total_materialized = 57 {ALICE}",
        f"{STANDING} percentage_materialized = null {ALICE}",
        f"{STANDING} achievements_met = ['Attendance'] {ALICE}",
        f"delete from records.student_standing {ALICE}",
    ),
    "standing_shows_the_last_certification": (
        f"{STANDING} certification_status = 'pending' {ALICE}",
        f"{STANDING} certification_status = null {ALICE}",
        f"{STANDING} certification_status = 'passed' {DAN}",
    ),
    "grades_are_readable": (
        f"{PROGRESS} grade_value = 'twelve', value = null {ALICE} and achievement_id = '2'",
    ),
}


@pytest.fixture
def version(algebra: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A sound version, in a transaction that is rolled back: what a test breaks stays broken for nobody."""
    with connect(algebra) as connection:
        # The one unreadable grade of the lecture is there for the api's sake.
        connection.begin()
        connection.execute(f"{PROGRESS} grade_value = null where grade_value = '12abc'")
        yield connection
        connection.rollback()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_sound_version_passes(rule: Rule, version: duckdb.DuckDBPyConnection) -> None:
    assert version.execute(rule.sql).fetchall() == []


@pytest.mark.requirement(
    "R004-26", "R004-27", "R004-30", "R004-78", "R004-79", "R004-86", "G004-17"
)
@pytest.mark.parametrize(
    ("rule", "statement"),
    [(rule, statement) for rule in RULES for statement in BROKEN_BY[rule.name]],
)
def test_a_broken_row_turns_its_rule_red(
    rule: Rule, statement: str, version: duckdb.DuckDBPyConnection
) -> None:
    version.execute(statement)
    assert version.execute(rule.sql).fetchall() != []


def test_only_unreadable_grades_are_no_reason_to_stop() -> None:
    assert [rule.name for rule in RULES if not rule.blocking] == ["grades_are_readable"]
