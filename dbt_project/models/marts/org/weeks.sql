with spans as (
    {%- for contract in event_contracts() %}
    select
        min(occurred_at) as first_at,
        max(occurred_at) as last_at
    from {{ ref('stg_' ~ contract) }}
    {{- '\n\n    union all\n' if not loop.last }}
    {%- endfor %}
),

span as (
    select
        {{ week_start('min(first_at)') }} as first_week,
        {{ week_start('max(last_at)') }} as last_week
    from spans
),

week_starts as (
    select {{ each_day('first_week', 'last_week', step=7) }} as week_start
    from span
),

weeks as (
    select
        week_start,
        {{ add_days('week_start', 6) }} as week_end
    from week_starts
)

select * from weeks
