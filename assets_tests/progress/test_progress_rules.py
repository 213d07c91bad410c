"""Which rules between the marts of progress stop a publication. What breaks each is in `broken_rules.py`."""

from __future__ import annotations

import re

import duckdb
import polars as pl
import pytest
from pandera.polars import PolarsData

from pipelines.checks.progress import ASKED_FOR, RULES
from pipelines.checks.progress_rows import AssignmentProgress
from pipelines.checks.rule import Rule
from pipelines.checks.run import check_rule
from pipelines.dbt import PROJECT


def rule_named(name: str) -> Rule:
    return next(rule for rule in RULES if rule.name == name)


@pytest.mark.requirement("R003-143", "R003-145")
def test_only_what_was_reported_is_no_reason_to_stop() -> None:
    assert [rule.name for rule in RULES if not rule.blocking] == ["nothing_impossible_was_reported"]


def test_every_threshold_that_a_model_asks_for_must_be_in_the_seed() -> None:
    texts = [path.read_text() for path in PROJECT.glob("m*/**/*.sql")]
    found = [name for text in texts for name in re.findall(r"threshold\('(\w+)'\)", text)]
    assert {*found} == {*ASKED_FOR["progress_thresholds"]}


@pytest.mark.requirement("R003-152", "G003-26")
@pytest.mark.parametrize(
    ("gap", "behind", "is_sound"),
    [
        ("29.999999998", False, True),
        ("29.999999998", True, False),
        # Both are rounded, so that these may be either.
        ("29.999999999", True, True),
        ("30.000000001", False, True),
        ("30.000000002", True, True),
        ("30.000000002", False, False),
    ],
)
def test_a_gap_is_more_than_thirty_as_far_as_what_is_stored_can_tell(
    gap: str, behind: bool, is_sound: bool
) -> None:
    """Expected minus complete, both with nine decimals: 41.666666668 of which 11.666666666 is done."""
    rule = rule_named("every_factor_has_its_numbers")
    factors = "['behind_pace_30_percent']" if behind else "[]::varchar[]"
    with duckdb.connect() as connection:
        connection.execute(f"""
            create schema progress; create schema ops;
            create table ops.run as select timestamptz '2026-03-18' as as_of;
            create table progress.step_progress (
                student_id varchar, assignment_id varchar, attempt_count bigint, state varchar, passed boolean,
                is_removed boolean
            );
            create table progress.assignment_progress as
                select 'ann' as student_id, 'a' as assignment_id, 'in_progress' as status,
                    (11.666666666 + {gap})::double as expected_percentage,
                    11.666666666::double as completion_percentage;
            create table progress.student_progress_summary as
                select 'ann' as student_id, {factors} as risk_factors, 1 as active_assignments,
                    null::timestamptz as last_activity_at;
        """)
        assert check_rule(connection, rule).passed is is_sound


@pytest.mark.requirement("R003-53")
@pytest.mark.parametrize(
    ("completion", "is_sound"),
    [("33.337777482", True), ("33.337777484", False), ("33.337777480", False)],
)
def test_a_sequence_of_many_assignments_is_theirs_as_far_as_what_is_stored_can_tell(
    completion: str, is_sound: bool
) -> None:
    """45,000 of three steps, of which each has one done, and one of nine that are all done."""
    with duckdb.connect() as connection:
        connection.execute(f"""
            create schema progress;
            create table progress.assignment_progress as
                select 'a' || i as assignment_id, 'q' as sequence_id, 'ann' as student_id,
                    if(i = 0, 9, 3) as steps_required, if(i = 0, 100, 33.333333333)::double as completion_percentage,
                    if(i = 0, 'completed', 'in_progress') as status, timestamptz '2026-03-01' as started_at
                from range(45001) as assignments (i);
            create table progress.sequence_progress as
                select 'q' as sequence_id, 'ann' as student_id, 45001 as assignments_total,
                    'a1' as current_assignment_id, {completion}::double as completion_percentage,
                    timestamptz '2026-03-01' as started_at;
        """)
        result = check_rule(connection, rule_named("sequences_are_their_assignments"))
        assert result.passed is is_sound


@pytest.mark.requirement("R003-93")
@pytest.mark.parametrize(
    ("done", "required", "percentage", "is_sound"),
    [
        (318, 250_007, 0.127196438, True),
        (318, 250_007, 0.127196436, False),
        (1, 3, 33.333333333, True),
        (1, 3, 33.33333334, False),
        (1, 3, 66.666666667, False),
    ],
)
def test_a_percentage_is_of_whole_steps_however_many_there_are(
    done: int, required: int, percentage: float, is_sound: bool
) -> None:
    rows = pl.LazyFrame(
        {
            "steps_required": [required],
            "steps_total": [required],
            "steps_completed": [done],
            "completion_percentage": [percentage],
        }
    )
    judged = AssignmentProgress.percentage_is_of_whole_required_steps(PolarsData(rows))
    assert judged.collect().item() is is_sound
