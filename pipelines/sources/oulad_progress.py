"""OULAD as progress through assignments: what `pipelines.sources.oulad` lands for that domain.

What each row becomes, and what was decided where OULAD leaves it open:

- **Sequences** are modules, **assignments** presentations: created on the first day, due at the end of the last one
  (`module_presentation_length`), in the order in which the module was presented.
- **Steps** are assessments, in the order of their due dates (undated ones last, ties by id), with the stage `quiz`
  and the Open University's pass mark, 40, as the target. A step is due at the end of its day, an undated exam never.
- **Required** is what counts towards the result: an assessment with a weight; and all coursework of a presentation
  whose coursework has no weight at all (GGG), because it is what there is to do. An exam without a single
  submission in the release is optional whatever its weight: nobody could ever be seen to complete it.
- **Students** have an assignment as they are members of the lecture: from the day of registration, with a tombstone
  on the day of unregistration. Their work begins on the presentation's first day, or with the registration if that
  is later.
- **Step events** are submissions: `attempted` with the score; without a score `started`, because something was
  handed in and nothing is known of how good it was. A banked submission was made in an earlier presentation, and OULAD
  dates it on the day before the first; it counts from the moment at which the student's work here begins.

OULAD let students hand in what they liked, while the order of the steps says that an earlier one should be passed
first: who went on without shows up as `attempt_while_locked`, and every attempt counts.
"""

from pipelines.sources.landing_files import ALWAYS

PASS_MARK = 40

PREPARATION = """
create table step as
with assessments as (
    select
        assessment.*,
        kind = 'exam' as is_exam,
        coalesce(sum(weight) filter (kind <> 'exam') over (partition by lecture_id), 0) > 0
            as coursework_has_weight,
        exists (from submission where submission.assessment_id = assessment.assessment_id)
            as was_ever_submitted,
    from assessment
)

select
    assessment_id as step_id,
    lecture_id as assignment_id,
    row_number() over (partition by lecture_id order by due nulls last, assessment_id) - 1 as position,
    case
        when is_exam then weight > 0 and was_ever_submitted
        when coursework_has_weight then weight > 0
        else true
    end as is_required,
    midnight(first_day + due::integer + 1) - interval 1 microsecond as due_at,
from assessments;
"""

LANDING = {
    "sequences": f"""
        select distinct code_module as sequence_id, 'module ' || code_module as title, {ALWAYS},
        from presentation
        order by sequence_id
    """,
    "assignments": f"""
        with in_order as (
            -- over all presentations, so that every selection of them says the same
            select
                *, row_number() over (partition by code_module order by code_presentation) - 1 as position,
            from oulad.courses
        )

        select
            lecture_id as assignment_id, code_module as sequence_id, position,
            code_module || ', presentation ' || code_presentation as title,
            midnight(first_day) as created_at,
            midnight(first_day + module_presentation_length::integer + 1) - interval 1 microsecond as due_at,
            {ALWAYS},
        from presentation
        join in_order using (code_module, code_presentation)
        order by assignment_id
    """,
    "steps": f"""
        select
            step_id, assignment_id, position, 'quiz' as stage, is_required,
            {PASS_MARK}::decimal(7, 4) as target_score, due_at, {ALWAYS},
        from step
        order by step_id
    """,
    "assignment_students": """
        select
            lecture_id as assignment_id, user_id as student_id,
            midnight(first_day + greatest(0, joined)::integer) as assigned_at,
            midnight(first_day + joined::integer) as effective_at, false as is_deleted,
        from enrolment
        where was_member
        union all
        select lecture_id, user_id, null, midnight(first_day + gone::integer), true,
        from enrolment
        where gone is not null
        order by assignment_id, student_id, effective_at
    """,
    "step_events": """
        select
            submission_id as step_event_id, assessment_id as step_id, user_id as student_id,
            case when score is null then 'started' else 'attempted' end as event_type,
            score::decimal(7, 4) as score,
            midnight(
                submission.first_day
                    + (case when is_banked then greatest(submitted, 0, joined) else submitted end)::integer
            ) as occurred_at,
        from submission
        left join enrolment using (lecture_id, user_id)
        order by step_event_id
    """,
}
