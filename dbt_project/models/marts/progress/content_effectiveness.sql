with assignments as (
    select * from {{ ref('int_assignment_versions') }}
    where valid_to is null
),

progress as (
    select * from {{ ref('assignment_progress') }}
),

students as (
    select * from {{ ref('int_assignment_progress') }}
),

effectiveness as (
    select
        assignments.assignment_id,
        assignments.sequence_id,
        count(students.student_id) as students,
        {{ rounded_quotient('count(*) filter (where students.is_complete)', 'count(students.student_id)') }} as completion_rate,
        {{ stored_mean('progress.average_score') }} as mean_score,
        {{ rounded_quotient('sum(students.attempts)', 'sum(students.steps_attempted)') }} as mean_attempts,
        {{ rounded_quotient(
            'sum(students.time_on_task_ms)', 'count(students.student_id)', may_be_large=true
        ) }} as mean_time_on_task_ms,
        count(*) filter (where students.is_stuck) as stuck_students
    from assignments
    left join students
        on assignments.assignment_id = students.assignment_id
    left join progress
        on students.assignment_id = progress.assignment_id
        and students.student_id = progress.student_id
    group by assignments.assignment_id, assignments.sequence_id
)

select * from effectiveness
