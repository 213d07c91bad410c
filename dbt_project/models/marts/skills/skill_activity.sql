{%- set recent_signals = 20 -%}
with signals as (
    select * from {{ ref('user_skill_signals') }}
),

activity as (
    select
        user_id,
        count(*) filter (where created_at > {{ days_ago(7) }}) as signals_last_7_days,
        count(*) filter (
            where created_at > {{ days_ago(14) }} and created_at <= {{ days_ago(7) }}
        ) as signals_previous_7_days,
        {{ nth_largest('created_at', recent_signals) }} as recent_since,
        max(created_at) as last_signal_at
    from signals
    group by user_id
),

-- The few that may be among the latest: whole signals of everybody would have to be held in memory.
candidates as (
    select signals.*
    from signals
    inner join activity
        on signals.user_id = activity.user_id
    where signals.created_at >= activity.recent_since
),

latest as (
    select
        user_id,
        {{ last_rows(
            ['signal_id', 'skill_id', 'source_type', 'source_id', 'signal_type', 'created_at'],
            order_by=['created_at', 'signal_id'],
            count=recent_signals
        ) }} as recent
    from candidates
    group by user_id
),

compared as (
    select
        activity.user_id,
        case
            when activity.signals_last_7_days > activity.signals_previous_7_days then 'up'
            when activity.signals_last_7_days < activity.signals_previous_7_days then 'down'
            else 'flat'
        end as direction,
        latest.recent,
        activity.signals_last_7_days,
        activity.signals_previous_7_days,
        activity.last_signal_at
    from activity
    inner join latest
        on activity.user_id = latest.user_id
)

select * from compared
