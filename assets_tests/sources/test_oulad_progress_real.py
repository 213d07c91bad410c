"""OULAD's progress, complete: what is landed equals independent sums over the files."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from assets_tests.sources.landed import views
from assets_tests.sources.oulad_oracle import oulad_enrolments
from pipelines.sources.oulad import land_oulad

pytestmark = pytest.mark.slow

# Per (presentation, student): attempts, starts, sum of scores, passed steps, first and last day of work.
WORK_IN_THE_FILES = """
select
    code_module || '-' || code_presentation,
    handed_in.id_student::bigint::varchar,
    count(handed_in.score),
    count(*) - count(handed_in.score),
    coalesce(sum(handed_in.score), 0)::bigint,
    count(*) filter (handed_in.score >= 40),
    -- banked work is dated -1; it is moved to the first day, or to a registration that came later
    min(if(is_banked = 1, greatest(0, coalesce(date_registration, 0)), date_submitted))::bigint,
    max(if(is_banked = 1, greatest(0, coalesce(date_registration, 0)), date_submitted))::bigint,
from read_parquet($source || '/studentAssessment.parquet') as handed_in
join read_parquet($source || '/assessments.parquet') as assessments using (id_assessment)
join read_parquet($source || '/studentRegistration.parquet') as registrations
    using (code_module, code_presentation, id_student)
group by all
order by all
"""
WORK_THAT_IS_LANDED = """
select
    assignment_id,
    student_id,
    count(*) filter (event_type = 'attempted'),
    count(*) filter (event_type = 'started'),
    coalesce(sum(score), 0)::bigint,
    count(*) filter (score >= target_score),
    min(occurred_at::date - created_at::date),
    max(occurred_at::date - created_at::date),
from step_events
join steps using (step_id)
join assignments using (assignment_id)
group by all
order by all
"""


@pytest.fixture(scope="module")
def landed(
    oulad: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The landed contracts, and views of two of the release's own tables."""
    landing = tmp_path_factory.mktemp("oulad")
    report = land_oulad(oulad, landing)
    with views(landing, report.rows_out) as connection:
        for table in ("courses", "assessments"):
            connection.execute(
                f"create view released_{table} as from read_parquet('{oulad}/{table}.parquet')"
            )
        yield connection


def test_every_submission_is_an_event_with_its_score_and_day(
    landed: duckdb.DuckDBPyConnection, oulad: Path
) -> None:
    theirs = landed.execute(WORK_IN_THE_FILES, {"source": str(oulad)}).fetchall()
    assert sum(row[2] + row[3] for row in theirs) == 173_912
    assert sum(row[3] for row in theirs) == 173
    assert landed.execute(WORK_THAT_IS_LANDED).fetchall() == theirs


def test_an_assignment_is_in_force_for_who_never_unregistered(
    landed: duckdb.DuckDBPyConnection, oulad: Path
) -> None:
    ours = landed.execute(
        "select assignment_id, student_id from assignment_students group by all"
        " having not max_by(is_deleted, effective_at) order by all"
    ).fetchall()
    theirs = [row[:2] for row in oulad_enrolments(landed, oulad) if row[2]]
    assert len(theirs) == 32_593 - 10_072
    assert ours == theirs


def test_nobody_works_before_the_registration_and_few_before_the_first_day(
    landed: duckdb.DuckDBPyConnection, oulad: Path
) -> None:
    early = landed.execute(
        """
        select
            count(*) filter (occurred_at < assignment_students.effective_at),
            count(*) filter (occurred_at < assigned_at),
        from step_events
        join steps using (step_id)
        join assignment_students using (assignment_id, student_id)
        where not assignment_students.is_deleted
        """
    ).fetchall()
    in_the_files = landed.execute(
        f"""
        select 0, count(*)
        from read_parquet('{oulad}/studentAssessment.parquet')
        where date_submitted < 0 and is_banked = 0
        """
    ).fetchall()
    assert early == in_the_files == [(0, 148)]


def test_steps_have_their_assessment_s_deadline_and_follow_it(
    landed: duckdb.DuckDBPyConnection,
) -> None:
    found = landed.execute(
        """
        select step_id, steps.due_at::date - created_at::date, steps.position
        from steps join assignments using (assignment_id)
        order by all
        """
    ).fetchall()
    expected = landed.execute(
        """
        with numbered as (
            select
                code_module || '-' || code_presentation || '-' || id_assessment::bigint as step_id,
                *,
            from released_assessments
        )
        select
            step_id, date::bigint,
            (
                select count(*) from numbered as earlier
                where earlier.code_module = numbered.code_module
                    and earlier.code_presentation = numbered.code_presentation
                    and (coalesce(earlier.date, 9999), earlier.step_id)
                        < (coalesce(numbered.date, 9999), numbered.step_id)
            ),
        from numbered
        order by all
        """
    ).fetchall()
    assert len(expected) == 206
    assert found == expected


def test_no_step_is_due_after_its_assignment(landed: duckdb.DuckDBPyConnection) -> None:
    late = landed.execute(
        "select step_id from steps join assignments using (assignment_id)"
        " where steps.due_at > assignments.due_at"
    ).fetchall()
    assert late == []


def test_every_module_is_presented_in_order(landed: duckdb.DuckDBPyConnection) -> None:
    found = landed.execute(
        "select sequence_id, list(assignment_id order by position), list(created_at order by position)"
        " = list(created_at order by created_at) from assignments group by all order by all"
    ).fetchall()
    expected = landed.execute(
        "select code_module, list(code_module || '-' || code_presentation order by code_presentation), true"
        " from released_courses group by all order by all"
    ).fetchall()
    assert found == expected


def test_required_steps_are_those_that_somebody_can_complete(
    landed: duckdb.DuckDBPyConnection,
) -> None:
    required = dict(
        landed.execute(
            "select assignment_id, count(*) filter (is_required) from steps group by all"
        ).fetchall()
    )
    # Five TMAs; six TMAs and five CMAs; eight pieces of coursework and the one exam of two that was sat; six TMAs
    # and the exam; TMAs without the CMAs of no weight; and all coursework where none has a weight.
    assert required["AAA-2013J"] == 5
    assert required["BBB-2013B"] == 11
    assert required["BBB-2014J"] == 4
    assert required["CCC-2014B"] == 9
    assert required["DDD-2014J"] == 7
    assert required["FFF-2014J"] == 5
    assert required["GGG-2014J"] == 9
    assert sum(required.values()) == 206 - 47
    without = landed.execute(
        "select step_id from steps anti join step_events using (step_id) where is_required"
    ).fetchall()
    assert without == []
