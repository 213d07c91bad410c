with versions as (
    select * from {{ ref('stg_task_assignments_versions') }}
),

in_force as (
    select
        task_assignment_id,
        task_id,
        user_id,
        internship_instance_id,
        title,
        difficulty,
        skill_match,
        assigned_at,
        due_at,
        valid_from,
        _batch,
        _row
    from versions
    where valid_to is null
)

select * from in_force
