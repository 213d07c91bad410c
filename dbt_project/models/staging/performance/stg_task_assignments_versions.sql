with versions as (
    {{ versions('task_assignments', key=['task_assignment_id']) }}
),

typed as (
    select
        task_assignment_id,
        task_id,
        user_id,
        internship_instance_id,
        title,
        {{ decimal_of_float('difficulty') }} as difficulty,
        {{ decimal_of_float('skill_match') }} as skill_match,
        assigned_at,
        due_at,
        effective_at as valid_from,
        valid_to,
        _batch,
        _row
    from versions
)

select * from typed
