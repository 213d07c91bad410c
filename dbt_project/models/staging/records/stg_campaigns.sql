with versions as (
    select * from {{ ref('stg_campaigns_versions') }}
),

in_force as (
    select
        campaign_id,
        lecture_id,
        title,
        valid_from,
        _batch,
        _row
    from versions
    where valid_to is null
)

select * from in_force
