with versions as (
    {{ versions('sequences', key=['sequence_id']) }}
),

typed as (
    select
        sequence_id,
        organization_id,
        title,
        effective_at as valid_from,
        valid_to,
        _batch,
        _row
    from versions
)

select * from typed
