"""Real signals of two kinds, from landing files to the marts, equal sums over the files that know nothing of either."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import duckdb
import pytest

from assets_tests.dbt.harness import failures, run_dbt
from assets_tests.realdata import OULAD, XAPI
from assets_tests.sources.landed import load_landed
from pipelines.settings import Settings
from pipelines.sources.oulad import land_oulad
from pipelines.sources.xapi import land_xapi
from pipelines.warehouse import connect

pytestmark = pytest.mark.slow

# Both terms, exams that nobody and that everybody could sit, coursework without weight, banked submissions.
THREE = ["BBB-2013B", "CCC-2014B", "GGG-2013J"]
AFTER_ALL = datetime(2022, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    settings = Settings(data=tmp_path_factory.mktemp("real"))
    land_oulad(OULAD, settings.landing, THREE)
    land_xapi(XAPI, settings.landing)
    load_landed(settings, AFTER_ALL)
    result = run_dbt(
        settings.warehouse, "build", "--select", "+assignment_progress",
        "--exclude-resource-type", "unit_test",
    )  # fmt: skip
    assert failures(result) == []
    with connect(settings) as connection:
        yield connection


# Everything is a quiz, so that mastery is the mean over what is required (nothing = 0) and what else has a score.
OULAD_ENROLMENTS = """
with
submissions as (
    select id_assessment, id_student, score::integer as score
    from read_parquet('{oulad}/studentAssessment.parquet')
),

steps as (
    select
        code_module, code_presentation, id_assessment,
        case
            when assessment_type = 'Exam' then id_assessment in (select id_assessment from submissions)
            else weight > 0 or code_module = 'GGG'
        end as is_required,
    from read_parquet('{oulad}/assessments.parquet')
    where code_module || '-' || code_presentation in {presentations}
),

enrolments as (
    select code_module, code_presentation, id_student,
    from read_parquet('{oulad}/studentRegistration.parquet')
    where date_unregistration is null
)

select
    code_module || '-' || code_presentation,
    id_student::bigint::varchar,
    count(*),
    count(*) filter (is_required),
    count(score),
    round(
        100 * count(*) filter (is_required and score >= 40)::double / count(*) filter (is_required), 9
    ),
    round(
        (coalesce(sum(score), 0)::double / count(*) filter (is_required or score is not null)), 9
    ),
from enrolments
join steps using (code_module, code_presentation)
left join submissions using (id_assessment, id_student)
group by all
order by all
"""


@pytest.mark.requirement(
    "R003-32", "R003-33", "R003-34", "R003-43", "R003-93", "R003-97", "G003-12"
)
def test_every_enrolment_has_the_progress_of_the_files(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    expected = warehouse.execute(
        OULAD_ENROLMENTS.format(oulad=OULAD, presentations=tuple(THREE))
    ).fetchall()
    found = warehouse.execute(
        """
        with attempts as (
            select assignment_id, student_id, sum(attempt_count)::bigint as attempts
            from progress.step_progress
            group by all
        )
        select
            assignment_id, student_id, steps_total, steps_required, attempts,
            completion_percentage, mastery_score,
        from progress.assignment_progress
        join attempts using (assignment_id, student_id)
        where sequence_id is not null
        order by all
        """
    ).fetchall()
    assert len(expected) > 3_000
    assert {row[5] for row in expected} >= {0.0, 100.0}
    assert found == expected


XAPI_STEPS = """
with statements as (
    select
        json ->> '$.actor.account.name' as actor,
        json ->> '$.object.id' as video,
        json ->> '$.context.contextActivities.parent[0].id' as course,
        split_part(json ->> '$.verb.id', '/', -1) as verb,
        json ->> '$.context.extensions."https://w3id.org/xapi/video/extensions/session-id"' as session,
    from read_json_objects('{xapi}', format = 'newline_delimited')
),

events as (
    from statements where verb in ('initialized', 'played', 'completed')
),

-- Whoever was seen in a course has all its videos.
pairs as (
    select students.actor, videos.video
    from (select distinct actor, course from statements) as students
    join (select distinct video, course from statements) as videos using (course)
)

select
    'http://fun-mooc.fr|' || actor,
    video,
    case
        when count(*) filter (verb = 'completed') > 0 then 'complete'
        when count(verb) > 0 then 'in_progress'
        else 'available'
    end,
    count(*) filter (verb = 'completed'),
    count(distinct session),
from pairs
left join events using (actor, video)
group by all
order by all
"""


@pytest.mark.requirement("R003-13", "R003-17", "R003-23")
def test_every_video_has_the_state_of_the_statements(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    expected = warehouse.execute(XAPI_STEPS.format(xapi=XAPI)).fetchall()
    found = warehouse.execute(
        """
        select student_id, steps.element_id, state, attempt_count, session_count
        from progress.step_progress
        join raw.steps using (step_id)
        where steps.element_id is not null
        order by all
        """
    ).fetchall()
    assert {row[2] for row in expected} == {"complete", "in_progress", "available"}
    assert len(expected) == 5 * 2_039
    assert found == expected
