with versions as (
    select * from {{ ref('stg_assignment_students_versions') }}
),

in_force as (
    select
        assignment_id,
        student_id,
        assigned_at,
        due_at,
        valid_from,
        _batch,
        _row
    from versions
    where valid_to is null
)

select * from in_force
