with versions as (
    select * from {{ ref('stg_registration_policies_versions') }}
),

in_force as (
    select
        policy_id,
        campaign_id,
        kind,
        phase,
        active,
        position,
        config,
        valid_from,
        _batch,
        _row
    from versions
    where valid_to is null
)

select * from in_force
