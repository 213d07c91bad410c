with versions as (
    select * from {{ ref('stg_users_versions') }}
),

in_force as (
    select
        user_id,
        username,
        email,
        organization_id,
        role,
        experience_level,
        valid_from,
        _batch,
        _row
    from versions
    where valid_to is null
)

select * from in_force
