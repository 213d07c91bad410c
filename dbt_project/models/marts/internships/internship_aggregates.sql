with internships as (
    select * from {{ ref('int_internships') }}
),

days as (
    select * from {{ ref('int_internship_days') }}
),

days_by_window as (
    select
        *,
        'daily' as aggregation_window,
        day as period_start,
        day as period_end
    from days

    union all

    select
        *,
        'weekly' as aggregation_window,
        week_start as period_start,
        {{ add_days('week_start', 6) }} as period_end
    from days
),

windows as (
    select
        internship_instance_id,
        aggregation_window,
        {{ internship_metrics() }},
        period_start,
        period_end
    from days_by_window
    group by internship_instance_id, aggregation_window, period_start, period_end
),

aggregates as (
    select
        windows.internship_instance_id,
        internships.user_id,
        internships.employer_id,
        internships.organization_id,
        windows.aggregation_window,
        windows.training_ids,
        windows.attendance_rate,
        windows.expected_days,
        windows.attended_days,
        windows.tasks_completed,
        windows.tasks_late,
        windows.tasks_overdue,
        windows.training_completed,
        windows.employer_inputs,
        windows.period_end < internships.today as is_closed,
        windows.period_start,
        windows.period_end
    from windows
    inner join internships
        on windows.internship_instance_id = internships.internship_instance_id
    where windows.period_start <= internships.today
)

select * from aggregates
