with signals as (
    select * from {{ ref('user_skill_signals') }}
),

activity as (
    select
        user_id,
        {{ last_rows(
            ['signal_id', 'skill_id', 'source_type', 'source_id', 'signal_type', 'created_at'],
            order_by=['created_at', 'signal_id'],
            count=20
        ) }} as recent,
        count(*) filter (
            where created_at > {{ as_of() }} - interval '7' day
        ) as signals_last_7_days,
        count(*) filter (
            where created_at > {{ as_of() }} - interval '14' day
                and created_at <= {{ as_of() }} - interval '7' day
        ) as signals_previous_7_days,
        max(created_at) as last_signal_at
    from signals
    group by user_id
),

compared as (
    select
        user_id,
        case
            when signals_last_7_days > signals_previous_7_days then 'up'
            when signals_last_7_days < signals_previous_7_days then 'down'
            else 'flat'
        end as direction,
        recent,
        signals_last_7_days,
        signals_previous_7_days,
        last_signal_at
    from activity
)

select * from compared
