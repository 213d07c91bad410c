-- The best scores of the last completed steps at each moment of int_student_moments, for the students of whom their
-- mean could be too low.
with timeline as (
    select * from {{ ref('int_step_timeline') }}
    where best_score is not null
),

completions as (
    select * from {{ ref('int_step_completions') }}
),

moments as (
    select * from {{ ref('int_student_moments') }}
),

assignment_students as (
    select * from {{ ref('int_assignment_students') }}
),

-- Each best score of a completed step, for as long as it was the best.
completed as (
    select
        timeline.step_id,
        timeline.student_id,
        timeline.assignment_id,
        {{ score_units('timeline.best_score') }} as best_units,
        completions.completed_at,
        greatest(min(timeline.valid_from), completions.completed_at) as valid_from,
        case when count(*) = count(timeline.valid_to) then max(timeline.valid_to) end as valid_to
    from timeline
    inner join completions
        on timeline.step_id = completions.step_id
        and timeline.student_id = completions.student_id
    where coalesce(greatest(timeline.valid_from, completions.completed_at) < timeline.valid_to, true)
    group by
        timeline.step_id, timeline.student_id, timeline.assignment_id, timeline.period_from, timeline.best_score,
        completions.completed_at
),

-- A mean is below the threshold only for who once completed a step below it: few, and only they are looked at.
students_with_a_low_score as (
    select distinct student_id from completed
    where best_units < {{ threshold('risk_mastery') }} * 10000
),

last_completed as (
    select
        moments.student_id,
        completed.best_units,
        moments.moment
    from completed
    inner join students_with_a_low_score
        on completed.student_id = students_with_a_low_score.student_id
    inner join moments
        on completed.student_id = moments.student_id
        and {{ is_in_force('completed', 'moments.moment') }}
    inner join assignment_students
        on completed.assignment_id = assignment_students.assignment_id
        and completed.student_id = assignment_students.student_id
        and {{ is_in_force('assignment_students', 'moments.moment') }}
    where not assignment_students.is_archived
    qualify row_number() over (
        partition by moments.student_id, moments.moment
        order by completed.completed_at desc nulls last, completed.step_id desc nulls last
    ) <= {{ threshold('risk_mastery_steps') }}
),

recent as (
    select
        student_id,
        cast(sum(best_units) as bigint) as recent_score_sum,
        count(*) as recent_scores,
        moment
    from last_completed
    group by student_id, moment
)

select * from recent
