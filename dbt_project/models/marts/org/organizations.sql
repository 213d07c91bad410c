with organizations as (
    select * from {{ ref('stg_organizations') }}
),

dimension as (
    select
        organization_id,
        name,
        timezone
    from organizations
)

select * from dimension
