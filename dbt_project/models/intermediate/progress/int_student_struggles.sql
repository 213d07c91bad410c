-- The most attempts on a step that was neither complete nor passed at each moment of int_student_moments, where they
-- were too many.
with timeline as (
    select * from {{ ref('int_step_timeline') }}
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

-- A step that is the student's and incomplete has not been passed: passing completes it.
stuck as (
    select
        timeline.student_id,
        timeline.assignment_id,
        timeline.attempt_count,
        timeline.valid_from,
        least(timeline.valid_to, completions.completed_at) as valid_to
    from timeline
    left join completions
        on timeline.step_id = completions.step_id
        and timeline.student_id = completions.student_id
    where timeline.attempt_count > {{ threshold('risk_attempts') }}
        and coalesce(timeline.valid_from < least(timeline.valid_to, completions.completed_at), true)
),

struggles as (
    select
        moments.student_id,
        max(stuck.attempt_count) as stuck_attempts,
        moments.moment
    from stuck
    inner join moments
        on stuck.student_id = moments.student_id
        and {{ is_in_force('stuck', 'moments.moment') }}
    inner join assignment_students
        on stuck.assignment_id = assignment_students.assignment_id
        and stuck.student_id = assignment_students.student_id
        and {{ is_in_force('assignment_students', 'moments.moment') }}
    where not assignment_students.is_archived
    group by moments.student_id, moments.moment
)

select * from struggles
