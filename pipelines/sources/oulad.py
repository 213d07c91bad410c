"""OULAD, the Open University Learning Analytics Dataset, as landing files.

`land_oulad` reads a release (`pipelines.sources.oulad_tables`) and writes one Parquet file into each of thirteen
landing folders: five more for the same release as progress (`pipelines.sources.oulad_progress`). What each row
becomes, and what was decided where OULAD leaves it open:

- **Ids.** `lecture_id` is module and presentation (`EEE-2014J`), `user_id` the student's number, `assessment_id`
  the lecture's id with the assessment's number; a submission is named by assessment and student.
- **Days** are offsets from the presentation's first day, 1 February (`B`) or 1 October (`J`), at 00:00 UTC. What
  has no history in OULAD (lectures, assessments, people) holds from 1970-01-01, so that every selection of
  presentations says the same of it and a person in several presentations is one person.
- **Memberships** begin on the day of registration; unregistration is a tombstone on its day, whatever the final
  result says. Without a date of registration the first day of the presentation stands for it. Who left before or
  on the day of joining was never a member: only the tombstone lands. Who is `Withdrawn` without a date stays a
  member, because a withdrawal that cannot be dated cannot be replayed.
- **Assessments**: an `Exam` is an exam, all else an assignment; the weight is `max_points`, so that 100 weight is
  the whole of a module. The deadline is the end of its day.
- **Rules**: every presentation has one, active from the beginning: 40 % of the points, OULAD's own pass line.
- **Participations** are reviewed, with score x weight / 100 points, exactly. Without a score they are pending:
  handed in and not marked.
- **Tasks**: an enrolment is assigned every assessment whose deadline falls within it, undated ones if nobody left,
  and whatever was submitted besides; from the presentation's first day or the registration if that is later, but no
  later than the submission. The due date is the assessment's, except for a banked submission: it was made in an
  earlier presentation, and like an exam without a date says nothing about punctuality.
- **Task events**: `submitted` and `completed` on the day of submission.

The same release gives the same bytes, so that landing it again is recognised.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import duckdb

from pipelines.errors import CairnError
from pipelines.sources import oulad_progress
from pipelines.sources.landing_files import ALWAYS, write_query
from pipelines.sources.oulad_report import OuladReport, left_out
from pipelines.sources.oulad_tables import open_tables

FIRST_DAYS = {"B": "02-01", "J": "10-01"}

PREPARATION = """
create table enrolment as
select
    presentation.lecture_id,
    registration.id_student::varchar as user_id,
    presentation.first_day,
    coalesce(registration.date_registration, 0) as joined,
    registration.date_unregistration as gone,
    coalesce(gone > joined, true) as was_member,
    registration.date_registration is null as joining_is_unknown,
from oulad.studentRegistration as registration
join presentation using (code_module, code_presentation);

create table assessment as
select
    presentation.lecture_id,
    presentation.first_day,
    presentation.lecture_id || '-' || assessment.id_assessment as assessment_id,
    assessment.id_assessment,
    assessment.assessment_type || ' ' || assessment.id_assessment as title,
    case when assessment.assessment_type = 'Exam' then 'exam' else 'assignment' end as kind,
    assessment.weight,
    assessment.date as due,
from oulad.assessments as assessment
join presentation using (code_module, code_presentation);

create table submission as
select
    assessment.lecture_id,
    assessment.first_day,
    assessment.assessment_id,
    submission.id_student::varchar as user_id,
    assessment.assessment_id || '-' || submission.id_student as submission_id,
    submission.date_submitted as submitted,
    submission.is_banked = 1 as is_banked,
    submission.score,
    assessment.weight,
from oulad.studentAssessment as submission
join assessment using (id_assessment);

create table task as
with pairs as (
    select enrolment.user_id, assessment.assessment_id,
    from enrolment
    join assessment using (lecture_id)
    where case
        when assessment.due is null then enrolment.gone is null
        else assessment.due >= enrolment.joined and coalesce(assessment.due < enrolment.gone, true)
    end
    union
    select user_id, assessment_id from submission
)

select
    pairs.assessment_id || '-' || pairs.user_id as task_assignment_id,
    pairs.assessment_id,
    pairs.user_id,
    assessment.title,
    assessment.first_day
        + least(greatest(0, enrolment.joined), submission.submitted)::integer as assigned_on,
    case when not coalesce(submission.is_banked, false)
        then assessment.first_day + assessment.due::integer
    end as due_on,
from pairs
join assessment using (assessment_id)
left join enrolment using (lecture_id, user_id)
left join submission using (assessment_id, user_id);
"""

LANDING = {
    "users": f"""
        select user_id, 'student ' || user_id as username, 'student' as role, {ALWAYS},
        from (
            select user_id from enrolment
            union
            select user_id from submission
            union
            select info.id_student::varchar from oulad.studentInfo as info
            join presentation using (code_module, code_presentation)
        )
        order by user_id
    """,
    "lectures": f"""
        select lecture_id, code_module || ', presentation ' || code_presentation as title, {ALWAYS},
        from presentation
        order by lecture_id
    """,
    "lecture_members": """
        select lecture_id, user_id, midnight(first_day + joined::integer) as effective_at, false as is_deleted,
        from enrolment
        where was_member
        union all
        select lecture_id, user_id, midnight(first_day + gone::integer), true,
        from enrolment
        where gone is not null
        order by lecture_id, user_id, effective_at
    """,
    "assessments": f"""
        select
            assessment_id, lecture_id, title, kind, weight::decimal(12, 4) as max_points,
            midnight(first_day + due::integer + 1) - interval 1 microsecond as due_at, {ALWAYS},
        from assessment
        order by assessment_id
    """,
    "rules": f"""
        select
            lecture_id || '-pass' as rule_id, lecture_id, 40::decimal(7, 4) as min_percentage, true as active,
            {ALWAYS},
        from presentation
        order by rule_id
    """,
    "participations": """
        select
            submission_id as participation_id, assessment_id, user_id,
            case when score is null then 'pending' else 'reviewed' end as status,
            -- score is whole and weight has two decimals: a hundredth of the product has four, and is exact
            (score * weight * 0.01)::decimal(12, 4) as points,
            midnight(first_day + submitted::integer) as submitted_at,
            midnight(first_day + submitted::integer) as occurred_at,
        from submission
        order by participation_id
    """,
    "task_assignments": """
        select
            task_assignment_id, assessment_id as task_id, user_id, title,
            midnight(assigned_on) as assigned_at,
            -- a bare date, as text: the contract reads it as the end of that day
            due_on::varchar as due_at,
            midnight(assigned_on) as effective_at,
        from task
        order by task_assignment_id
    """,
    "task_events": """
        select
            submission_id || '-' || event_type as task_event_id, submission_id as task_assignment_id,
            event_type, midnight(first_day + submitted::integer) as occurred_at,
        from submission
        cross join (values ('completed'), ('submitted')) as kind (event_type)
        order by task_event_id
    """,
    **oulad_progress.LANDING,
}


def land_oulad(
    source: Path, landing: Path, presentations: Sequence[str] | None = None
) -> OuladReport:
    """Land the release in `source`, or only the `presentations` (lecture ids such as `EEE-2014J`) of it.

    Writes `<landing>/<contract>/oulad.parquet` (with a selection, `oulad-<lecture ids>.parquet`) once the whole
    release has been read; a file appears whole or not at all. Raises `CairnError` for a missing table or column,
    a broken value, and a presentation that does not exist.
    """
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("create macro midnight(day) as day::timestamp at time zone 'UTC'")
        rows_in = open_tables(connection, source)
        chosen = _choose(connection, source, presentations)
        connection.execute(PREPARATION)
        connection.execute(oulad_progress.PREPARATION)
        name = "oulad.parquet" if presentations is None else f"oulad-{'_'.join(chosen)}.parquet"
        files = tuple(landing / contract / name for contract in LANDING)
        rows = [
            write_query(connection, query, path)
            for query, path in zip(LANDING.values(), files, strict=True)
        ]
        return OuladReport(
            rows_in=rows_in,
            rows_out=dict(zip(LANDING, rows, strict=True)),
            left_out=left_out(connection, rows_in),
            files=files,
        )


def _choose(
    connection: duckdb.DuckDBPyConnection, source: Path, presentations: Sequence[str] | None
) -> list[str]:
    """Create the table `presentation` of what is to be landed; return its lecture ids, sorted."""
    known = {
        f"{module}-{presentation}": (module, presentation)
        for module, presentation in connection.execute(
            "select code_module, code_presentation from oulad.courses"
        ).fetchall()
    }
    chosen = sorted(known if presentations is None else set(presentations))
    unknown = [lecture_id for lecture_id in chosen if lecture_id not in known]
    if unknown or not chosen:
        raise CairnError(
            f"OULAD in {source} has no presentation {', '.join(unknown) or 'to land'}; nothing was landed; "
            f"choose among {', '.join(sorted(known)) or 'none'}."
        )
    connection.execute(
        "create table presentation (lecture_id varchar, code_module varchar, code_presentation varchar, "
        "first_day date)"
    )
    connection.executemany(
        "insert into presentation values (?, ?, ?, ?)",
        [(lecture_id, *known[lecture_id], _first_day(lecture_id)) for lecture_id in chosen],
    )
    return chosen


def _first_day(lecture_id: str) -> str:
    match = re.fullmatch(r".+-([0-9]{4})([BJ])", lecture_id)
    if match is None:
        raise CairnError(
            f"OULAD's presentation {lecture_id} is no year with B (February) or J (October), so that its days "
            "cannot be dated; nothing was landed; correct the code in the table courses."
        )
    return f"{match[1]}-{FIRST_DAYS[match[2]]}"
