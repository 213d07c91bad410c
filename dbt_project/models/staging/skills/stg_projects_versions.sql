with versions as (
    {{ versions('projects', key=['project_id']) }}
),

typed as (
    select
        project_id,
        organization_id,
        name,
        metadata,
        effective_at as valid_from,
        valid_to,
        _batch,
        _row
    from versions
)

select * from typed
