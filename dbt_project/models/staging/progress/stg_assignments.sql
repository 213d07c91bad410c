with versions as (
    select * from {{ ref('stg_assignments_versions') }}
),

in_force as (
    select
        assignment_id,
        sequence_id,
        position,
        title,
        created_at,
        estimated_duration_days,
        due_at,
        is_archived,
        valid_from,
        _batch,
        _row
    from versions
    where valid_to is null
)

select * from in_force
