with versions as (
    {{ versions('classes', key=['class_id']) }}
),

typed as (
    select
        class_id,
        organization_id,
        teacher_id,
        name,
        effective_at as valid_from,
        valid_to,
        _batch,
        _row
    from versions
)

select * from typed
