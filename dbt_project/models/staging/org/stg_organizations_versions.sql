with versions as (
    {{ versions('organizations', key=['organization_id']) }}
),

typed as (
    select
        organization_id,
        name,
        timezone,
        effective_at as valid_from,
        valid_to,
        _batch,
        _row
    from versions
)

select * from typed
