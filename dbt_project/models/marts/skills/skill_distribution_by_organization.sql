with distribution as (
    select * from {{ ref('skill_distribution') }}
),

-- The one table beside the signals and the names of skills: whose organization a user is of.
users as (
    select * from {{ ref('stg_users') }}
),

names as (
    select * from {{ ref('int_skill_names') }}
),

totals as (
    select
        users.organization_id,
        distribution.skill_id,
        cast(sum(distribution.signals) as bigint) as signals,
        count(*) as users,
        cast(sum(distribution.total_weight) as decimal(18, 4)) as total_weight
    from distribution
    inner join users
        on distribution.user_id = users.user_id
    where users.organization_id is not null
    group by users.organization_id, distribution.skill_id
),

distribution_by_organization as (
    select
        totals.organization_id,
        totals.skill_id,
        names.skill_name,
        names.category,
        totals.signals,
        totals.users,
        totals.total_weight
    from totals
    left join names
        on totals.skill_id = names.skill_id
)

select * from distribution_by_organization
