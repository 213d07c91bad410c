with signals as (
    select * from {{ ref('user_skill_signals') }}
),

names as (
    select * from {{ ref('int_skill_names') }}
),

totals as (
    select
        user_id,
        skill_id,
        count(*) as signals,
        cast(sum(weight) as decimal(18, 4)) as total_weight,
        min(created_at) as first_signal_at,
        max(created_at) as last_signal_at
    from signals
    group by user_id, skill_id
),

distribution as (
    select
        totals.user_id,
        totals.skill_id,
        names.skill_name,
        names.category,
        totals.signals,
        totals.total_weight,
        totals.first_signal_at,
        totals.last_signal_at
    from totals
    left join names
        on totals.skill_id = names.skill_id
)

select * from distribution
