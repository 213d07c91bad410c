with versions as (
    select * from {{ ref('stg_projects_versions') }}
),

in_force as (
    select
        project_id,
        organization_id,
        name,
        metadata,
        valid_from,
        _batch,
        _row
    from versions
    where valid_to is null
)

select * from in_force
