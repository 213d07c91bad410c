with users as (
    select * from {{ ref('stg_users') }}
),

task_assignments as (
    select * from {{ ref('int_task_assignments') }}
),

history as (
    select * from {{ ref('int_performance_history') }}
),

-- Whoever is given tasks is shown, known in `users` or not.
people as (
    select
        user_id,
        username,
        organization_id,
        experience_level
    from users
    where role not in ('admin', 'employer')

    union all

    select distinct
        task_assignments.user_id,
        cast(null as varchar) as username,
        cast(null as varchar) as organization_id,
        cast(null as bigint) as experience_level
    from task_assignments
    left join users
        on task_assignments.user_id = users.user_id
    where users.user_id is null
),

latest as (
    select * from history
    where is_latest
),

trends as (
    select
        user_id,
        max_by(score_billionths, tasks_completed) - min_by(score_billionths, tasks_completed) as change_billionths
    from history
    where completed_at > {{ days_ago(var('performance_trend_days')) }}
    group by user_id
),

performance as (
    select
        people.user_id,
        people.username,
        people.organization_id,
        case
            when trends.change_billionths > 0 then '↑'
            when trends.change_billionths < 0 then '↓'
            else '→'
        end as trend_direction,
        people.experience_level,
        {{ from_billionths('latest.score_billionths') }} as current_performance_score,
        coalesce(latest.tasks_completed, 0) as tasks_completed,
        latest.avg_completion_time,
        latest.on_time_ratio,
        latest.skill_accuracy,
        latest.difficulty_factor,
        latest.avg_completion_speed,
        coalesce({{ from_billionths('trends.change_billionths') }}, 0) as trend_change,
        cast({{ var('performance_trend_days') }} as bigint) as trend_period_days,
        case
            when people.organization_id is not null and latest.tasks_completed > 0
                then row_number() over (
                    partition by people.organization_id
                    order by latest.score_billionths desc nulls last, people.user_id asc nulls last
                )
        end as organization_rank
    from people
    left join latest
        on people.user_id = latest.user_id
    left join trends
        on people.user_id = trends.user_id
)

select * from performance
