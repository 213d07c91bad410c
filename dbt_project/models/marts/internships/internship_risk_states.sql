with internships as (
    select * from {{ ref('int_internships') }}
),

monitored_weeks as (
    select * from {{ ref('int_internship_judged_kpis') }}
    where span = 'week' and kpi_threshold_id is not null
),

judged as (
    select
        *,
        case when value < min_value or value > max_value then 'at_risk' else 'none' end as state
    from monitored_weeks
),

beside_the_monitored_week_before as (
    select
        *,
        lag(state) over previous_weeks as previous_state,
        lag(period_start) over previous_weeks as previous_period_start
    from judged
    window previous_weeks as (
        partition by internship_instance_id, metric
        order by period_start asc nulls last
    )
),

with_changes as (
    select
        *,
        state <> case
            when previous_period_start = {{ add_days('period_start', -7) }} then previous_state
            else 'none'
        end as changed
    from beside_the_monitored_week_before
),

risk_states as (
    select
        with_changes.internship_instance_id,
        internships.employer_id,
        with_changes.kpi_threshold_id,
        with_changes.metric,
        with_changes.state,
        with_changes.value,
        with_changes.min_value,
        with_changes.max_value,
        with_changes.changed,
        with_changes.period_start
    from with_changes
    inner join internships
        on with_changes.internship_instance_id = internships.internship_instance_id
)

select * from risk_states
