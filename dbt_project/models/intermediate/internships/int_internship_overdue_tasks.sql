with task_assignments as (
    select * from {{ ref('int_internship_task_assignments') }}
),

completed_tasks as (
    select * from {{ ref('int_internship_completed_tasks') }}
),

closings as (
    select * from {{ ref('stg_task_events') }}
    where event_type in ('completed', 'cancelled')
),

past_due as (
    select * from task_assignments
    where due_at < {{ as_of() }}
),

never_submitted as (
    select past_due.*
    from past_due
    left join completed_tasks
        on past_due.internship_instance_id = completed_tasks.internship_instance_id
        and past_due.task_id = completed_tasks.task_id
    where completed_tasks.task_id is null
),

still_open as (
    select
        never_submitted.task_assignment_id,
        never_submitted.internship_instance_id,
        never_submitted.task_id,
        never_submitted.due_at
    from never_submitted
    where not exists (
        select 1 from closings
        where closings.task_assignment_id = never_submitted.task_assignment_id
    )
)

select * from still_open
