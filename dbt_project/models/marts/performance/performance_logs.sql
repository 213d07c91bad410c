with history as (
    select * from {{ ref('int_performance_history') }}
),

users as (
    select * from {{ ref('stg_users') }}
),

logs as (
    select
        history.task_assignment_id as assignment_id,
        history.user_id,
        users.organization_id,
        history.tasks_completed,
        history.on_time_ratio,
        history.skill_accuracy,
        history.difficulty_factor,
        history.avg_completion_time,
        history.avg_completion_speed,
        {{ from_billionths('history.score_billionths') }} as performance_score,
        {{ from_billionths('history.score_change_billionths') }} as score_change,
        history.completed_at as created_at
    from history
    left join users
        on history.user_id = users.user_id
)

select * from logs
