with internships as (
    select * from {{ ref('int_internships') }}
),

judged_kpis as (
    select * from {{ ref('int_internship_judged_kpis') }}
),

over_all_closed_weeks as (
    select * from judged_kpis
    where span = 'closed_weeks'
),

by_week as (
    select * from judged_kpis
    where span = 'week'
),

progress as (
    select
        over_all_closed_weeks.internship_instance_id,
        internships.employer_id,
        over_all_closed_weeks.metric,
        over_all_closed_weeks.value,
        last_week.value as value_last_week,
        over_all_closed_weeks.min_value,
        over_all_closed_weeks.max_value,
        internships.kpi_as_of
    from over_all_closed_weeks
    inner join internships
        on over_all_closed_weeks.internship_instance_id = internships.internship_instance_id
    left join by_week as last_week
        on over_all_closed_weeks.internship_instance_id = last_week.internship_instance_id
        and over_all_closed_weeks.metric = last_week.metric
        and {{ week_start('internships.kpi_as_of') }} = last_week.period_start
)

select * from progress
