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
    select
        *,
        row_number() over (order by student_id asc nulls last, moment asc nulls last) as moment_number
    from {{ ref('int_student_moments') }}
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
        timeline.period_from,
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

-- The scored ones that count from some moment on for good, in the order in which they were completed, ...
lasting as (
    select
        completed.step_id,
        completed.student_id,
        completed.period_from,
        greatest(min(completed.valid_from), min(assignment_students.valid_from)) as lasts_from,
        row_number() over (
            partition by completed.student_id
            order by completed.completed_at asc nulls last, completed.step_id asc nulls last
        ) as place
    from completed
    inner join students_with_a_low_score
        on completed.student_id = students_with_a_low_score.student_id
    inner join assignment_students
        on completed.assignment_id = assignment_students.assignment_id
        and completed.student_id = assignment_students.student_id
        and assignment_students.valid_to is null
    where not assignment_students.is_archived
    group by completed.step_id, completed.student_id, completed.period_from, completed.completed_at
    having count(*) > count(completed.valid_to)
),

lasting_up_to as (
    select
        student_id,
        place,
        max(lasts_from) over (
            partition by student_id
            order by place asc nulls last
            rows between unbounded preceding and current row
        ) as lasts_from
    from lasting
),

-- ... for none of them is among the last any more, once as many as are asked for have followed for good.
outlived as (
    select
        lasting.step_id,
        lasting.student_id,
        lasting.period_from,
        later.lasts_from as outlived_at
    from lasting
    inner join lasting_up_to as later
        on lasting.student_id = later.student_id
        and lasting.place + {{ threshold('risk_mastery_steps') }} = later.place
),

candidates as (
    select
        completed.step_id,
        completed.student_id,
        completed.assignment_id,
        completed.best_units,
        completed.completed_at,
        completed.valid_from,
        least(completed.valid_to, outlived.outlived_at) as valid_to
    from completed
    inner join students_with_a_low_score
        on completed.student_id = students_with_a_low_score.student_id
    left join outlived
        on completed.step_id = outlived.step_id
        and completed.student_id = outlived.student_id
        and completed.period_from = outlived.period_from
    where coalesce(completed.valid_from < least(completed.valid_to, outlived.outlived_at), true)
),

last_completed as (
    select
        moments.student_id,
        candidates.best_units,
        moments.moment
    from candidates
    inner join moments
        on candidates.student_id = moments.student_id
        and {{ is_in_force('candidates', 'moments.moment') }}
    inner join assignment_students
        on candidates.assignment_id = assignment_students.assignment_id
        and candidates.student_id = assignment_students.student_id
        and {{ is_in_force('assignment_students', 'moments.moment') }}
    where not assignment_students.is_archived
    qualify row_number() over (
        partition by moments.moment_number
        order by candidates.completed_at desc nulls last, candidates.step_id desc nulls last
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
