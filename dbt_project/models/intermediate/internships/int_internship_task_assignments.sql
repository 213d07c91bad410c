with internships as (
    select * from {{ ref('int_internships') }}
),

task_assignments as (
    select * from {{ ref('stg_task_assignments') }}
),

of_internships as (
    select
        task_assignments.task_assignment_id,
        task_assignments.internship_instance_id,
        task_assignments.task_id,
        task_assignments.assigned_at,
        task_assignments.due_at
    from task_assignments
    inner join internships
        on task_assignments.internship_instance_id = internships.internship_instance_id
)

select * from of_internships
