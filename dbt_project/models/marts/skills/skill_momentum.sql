with signals as (
    select * from {{ ref('user_skill_signals') }}
),

in_weeks as (
    select
        user_id,
        skill_id,
        weight,
        {{ week_start('created_at') }} as week_start
    from signals
),

weeks as (
    select
        user_id,
        skill_id,
        count(*) as signals,
        cast(sum(weight) as decimal(18, 4)) as total_weight,
        week_start
    from in_weeks
    group by user_id, skill_id, week_start
),

momentum as (
    select
        user_id,
        skill_id,
        signals,
        total_weight,
        cast(sum(signals) over (
            partition by user_id, skill_id
            order by week_start nulls last
        ) as bigint) as cumulative_signals,
        week_start
    from weeks
)

select * from momentum
