with task_assignments as (
    select * from {{ ref('int_internship_task_assignments') }}
),

submissions as (
    select * from {{ ref('stg_task_events') }}
    where event_type = 'submitted'
),

earliest_submissions as (
    select
        task_assignments.internship_instance_id,
        task_assignments.task_id,
        coalesce(submissions.occurred_at > task_assignments.due_at, false) as is_late,
        submissions.occurred_at as submitted_at
    from submissions
    inner join task_assignments
        on submissions.task_assignment_id = task_assignments.task_assignment_id
    qualify row_number() over (
        partition by task_assignments.internship_instance_id, task_assignments.task_id
        order by submissions.occurred_at asc nulls last, submissions.task_event_id asc nulls last
    ) = 1
)

select * from earliest_submissions
