with versions as (
    select * from {{ ref('stg_organizations_versions') }}
),

in_force as (
    select
        organization_id,
        name,
        timezone,
        valid_from,
        _batch,
        _row
    from versions
    where valid_to is null
)

select * from in_force
