with students as (
    select * from {{ ref('student_progress_summary') }}
    where organization_id is not null
),

days as (
    select * from {{ ref('int_student_days') }}
    where last_activity_at is not null or steps_completed > 0
),

periods as (
    {%- for period, period_start in [
        ('week', week_start('days.activity_date')),
        ('month', "cast(date_trunc('month', days.activity_date) as date)"),
        ('quarter', "cast(date_trunc('quarter', days.activity_date) as date)"),
    ] %}
    select
        students.organization_id,
        days.student_id,
        '{{ period }}' as period,
        days.attempts,
        days.score_sum,
        days.steps_completed,
        days.time_on_task_ms,
        days.last_activity_at is not null as is_active,
        {{ period_start }} as period_start
    from days
    inner join students
        on days.student_id = students.student_id
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

trend as (
    select
        organization_id,
        period,
        count(distinct case when is_active then student_id end) as active_students,
        cast(sum(steps_completed) as bigint) as steps_completed,
        cast(sum(time_on_task_ms) as bigint) as time_on_task_ms,
        {{ rounded_quotient('sum(score_sum)', '10000 * sum(attempts)') }} as mean_score,
        period_start
    from periods
    group by organization_id, period, period_start
)

select * from trend
