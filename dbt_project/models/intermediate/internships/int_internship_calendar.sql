with internships as (
    select * from {{ ref('int_internships') }}
),

days_off as (
    select * from {{ ref('stg_internship_days_off') }}
),

begun as (
    select * from internships
    where starts_on <= last_day
),

days as (
    select
        internship_instance_id,
        workdays,
        today,
        {{ each_day('starts_on', 'last_day') }} as day
    from begun
),

working_days as (
    select
        days.internship_instance_id,
        days_off.day is null and {{ list_has('days.workdays', day_name('days.day')) }} as is_working_day,
        days.day < days.today as is_over,
        days.day,
        {{ week_start('days.day') }} as week_start
    from days
    left join days_off
        on days.internship_instance_id = days_off.internship_instance_id
        and days.day = days_off.day
)

select * from working_days
