with internships as (
    select * from {{ ref('int_internships') }}
),

days_off as (
    select * from {{ ref('stg_internship_days_off') }}
),

-- The first week is shown from its Sunday on, so it may have begun before the first day has.
in_a_begun_week as (
    select * from internships
    where first_week_start <= today
),

days as (
    select
        internship_instance_id,
        workdays,
        today,
        {{ each_day('starts_on', 'greatest(starts_on, last_day)') }} as day
    from in_a_begun_week
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
