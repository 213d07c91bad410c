-- The moments at which somebody asks how a student was doing: the ends of turning days within the risk history, the
-- midnights after a day and the Sundays after a week with activity.
with activity as (
    select * from {{ ref('int_student_activity') }}
),

assignment_students as (
    select * from {{ ref('int_assignment_students') }}
),

turning_days as (
    select * from {{ ref('int_student_turning_days') }}
),

first_days as (
    select
        student_id,
        greatest(
            min(day), {{ add_days('cast(' ~ as_of() ~ ' as date)', -var('risk_history_days')) }}
        ) as first_day
    from (
        select student_id, cast(starts_at as date) as day from assignment_students
        union all
        select student_id, activity_date from activity
    ) as beginnings
    group by student_id
),

-- All other days say what the day before them said.
days_to_judge as (
    select student_id, first_day as day from first_days
    union
    select turning_days.student_id, turning_days.day
    from turning_days
    inner join first_days
        on turning_days.student_id = first_days.student_id
        and turning_days.day >= first_days.first_day
),

day_ends as (
    select
        student_id,
        least({{ add_microseconds(midnight(add_days('day', 1)), -1) }}, {{ as_of() }}) as moment
    from days_to_judge
    where day <= cast({{ as_of() }} as date)
),

midnights as (
    select
        student_id,
        valid_from,
        valid_to,
        {{ midnight(add_days('activity_date', 1)) }} as after_the_day,
        {{ midnight(add_days(week_start('activity_date'), 7)) }} as after_the_week
    from activity
),

moments as (
    select student_id, moment, 'day_end' as occasion
    from day_ends
    {%- for occasion, midnight in [('daily', 'after_the_day'), ('weekly', 'after_the_week')] %}
    union
    select student_id, {{ midnight }}, '{{ occasion }}'
    from midnights
    where {{ midnight }} <= {{ as_of() }}
        and {{ is_in_force('midnights', midnight) }}
    {%- endfor %}
),

occasions as (
    select
        student_id,
        coalesce(bool_or(occasion = 'day_end'), false) as is_day_end,
        coalesce(bool_or(occasion = 'daily'), false) as is_daily,
        coalesce(bool_or(occasion = 'weekly'), false) as is_weekly,
        moment
    from moments
    group by student_id, moment
)

select * from occasions
