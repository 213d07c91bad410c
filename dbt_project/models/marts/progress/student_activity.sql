with days as (
    select * from {{ ref('int_student_days') }}
),

activity as (
    select
        student_id,
        steps_completed + removed_steps_completed as steps_completed,
        attempts,
        time_on_task_ms,
        activity_date
    from days
)

select * from activity
