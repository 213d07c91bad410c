"""What OULAD's files say by themselves: points, membership and punctuality per enrolment, by plain SQL.

An independent second reading for tests of the adapter and of what is made from it. It knows the Parquet form and
OULAD's own columns, and nothing of the adapter, the contracts or the marts.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

ENROLMENTS = """
with
submissions as (
    select
        exams_and_assignments.code_module,
        exams_and_assignments.code_presentation,
        handed_in.id_student,
        exams_and_assignments.assessment_type = 'Exam' as is_exam,
        handed_in.score::integer as score,
        exams_and_assignments.weight::decimal(7, 2) as weight,
        handed_in.date_submitted,
        case when handed_in.is_banked = 0 then exams_and_assignments.date end as deadline,
    from read_parquet($source || '/studentAssessment.parquet') as handed_in
    join read_parquet($source || '/assessments.parquet') as exams_and_assignments using (id_assessment)
),

per_enrolment as (
    select
        code_module,
        code_presentation,
        id_student,
        count(*) as submissions,
        sum(score * weight) filter (not is_exam) as coursework_hundredths,
        sum(score * weight) filter (is_exam) as exam_hundredths,
        sum(weight) filter (not is_exam and score is null) as unmarked_weight,
        count(*) filter (date_submitted <= deadline) as on_time,
        count(*) filter (date_submitted > deadline) as late,
    from submissions
    group by all
),

coursework as (
    select code_module, code_presentation, sum(weight::decimal(7, 2)) as coursework_weight,
    from read_parquet($source || '/assessments.parquet')
    where assessment_type <> 'Exam'
    group by all
)

select
    registration.code_module || '-' || registration.code_presentation as lecture_id,
    registration.id_student::bigint::varchar as user_id,
    registration.date_unregistration is null as is_member,
    (coalesce(coursework_hundredths, 0) * 0.01)::decimal(18, 4) as coursework_points,
    (coalesce(exam_hundredths, 0) * 0.01)::decimal(18, 4) as exam_points,
    coalesce(coursework_weight, 0)::decimal(18, 4) as coursework_max_points,
    coalesce(unmarked_weight, 0)::decimal(18, 4) as unmarked_max_points,
    coalesce(submissions, 0)::bigint as submissions,
    coalesce(on_time, 0)::bigint as on_time,
    coalesce(late, 0)::bigint as late,
from read_parquet($source || '/studentRegistration.parquet') as registration
left join per_enrolment using (code_module, code_presentation, id_student)
left join coursework using (code_module, code_presentation)
order by lecture_id, user_id
"""


def oulad_enrolments(
    connection: duckdb.DuckDBPyConnection,
    source: Path,
    presentations: Sequence[str] | None = None,
) -> list[tuple]:
    """A row per enrolment, sorted by (lecture_id, user_id); `presentations` (lecture ids) narrows it down.

    Columns: lecture_id, user_id, is_member (never unregistered), coursework_points, exam_points,
    coursework_max_points, unmarked_max_points (the weights handed in and not marked) as DECIMAL(18,4), and
    the counts submissions, on_time, late (of those that say something about punctuality).
    """
    rows = connection.execute(ENROLMENTS, {"source": str(source)}).fetchall()
    return [row for row in rows if presentations is None or row[0] in presentations]
