with internships as (
    select * from {{ ref('int_internships') }}
),

days as (
    select * from {{ ref('int_internship_days') }}
),

closed_weeks as (
    select * from {{ ref('internship_aggregates') }}
    where aggregation_window = 'weekly' and is_closed
),

metrics as (
    {%- for metric in internship_kpis() %}
    select '{{ metric }}' as metric
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

closed_weeks_together as (
    select
        days.internship_instance_id,
        {{ internship_metrics() }}
    from days
    inner join internships
        on days.internship_instance_id = internships.internship_instance_id
    where days.day <= internships.kpi_as_of
    group by days.internship_instance_id
),

spans as (
    select
        closed_weeks.internship_instance_id,
        internships.organization_id,
        'week' as span,
        {{ internship_kpis() | join(', ') }},
        closed_weeks.period_start,
        {{ local_midnight(add_days('closed_weeks.period_end', 1), 'internships.timezone') }} as judged_at
    from closed_weeks
    inner join internships
        on closed_weeks.internship_instance_id = internships.internship_instance_id

    union all

    select
        internships.internship_instance_id,
        internships.organization_id,
        'closed_weeks' as span,
        {{ internship_kpis() | join(', ') }},
        internships.first_week_start as period_start,
        {{ as_of() }} as judged_at
    from internships
    left join closed_weeks_together
        on internships.internship_instance_id = closed_weeks_together.internship_instance_id
),

one_row_per_metric as (
    select
        spans.internship_instance_id,
        spans.organization_id,
        spans.span,
        metrics.metric,
        case metrics.metric
            {%- for metric in internship_kpis() %}
            when '{{ metric }}' then cast(spans.{{ metric }} as double)
            {%- endfor %}
        end as value,
        spans.period_start,
        spans.judged_at
    from spans
    cross join metrics
)

select * from one_row_per_metric
