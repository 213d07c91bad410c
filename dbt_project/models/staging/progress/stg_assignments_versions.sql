with versions as (
    {{ versions('assignments', key=['assignment_id']) }}
),

typed as (
    select
        assignment_id,
        sequence_id,
        position,
        title,
        created_at,
        {{ decimal_of_float('estimated_duration_days') }} as estimated_duration_days,
        due_at,
        is_archived,
        effective_at as valid_from,
        valid_to,
        _batch,
        _row
    from versions
)

select * from typed
