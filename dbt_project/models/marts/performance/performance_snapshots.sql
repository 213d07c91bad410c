with history as (
    select * from {{ ref('int_performance_history') }}
),

-- max_by skips NULL, which changes nothing: a ratio that is NULL after the day's last task was so all day.
days as (
    select
        user_id,
        count(*) as tasks_completed,
        count(is_on_time) as tasks_with_due_date,
        count(case when is_on_time then 1 end) as tasks_on_time,
        count(skill_match_billionths) as tasks_with_skill_match,
        count(difficulty_billionths) as tasks_with_difficulty,
        sum(skill_match_billionths) as skill_match_total,
        sum(difficulty_billionths) as difficulty_total,
        max(tasks_completed) as cumulative_tasks,
        max_by(on_time_ratio, tasks_completed) as cumulative_on_time_ratio,
        max_by(score_billionths, tasks_completed) as cumulative_score_billionths,
        cast(completed_at as date) as snapshot_date,
        max(completed_at) as created_at
    from history
    group by user_id, cast(completed_at as date)
),

snapshots as (
    select
        user_id,
        tasks_completed as tasks_completed_today,
        cumulative_tasks,
        {{ ratio('tasks_on_time', 'tasks_with_due_date') }} as daily_on_time_ratio,
        cumulative_on_time_ratio,
        {{ from_billionths(performance_score(
            on_time=['1000000000 * tasks_on_time', 'tasks_with_due_date'],
            skill=['skill_match_total', 'tasks_with_skill_match'],
            difficulty=['difficulty_total', '10 * tasks_with_difficulty']
        )) }} as daily_performance_score,
        {{ from_billionths('cumulative_score_billionths') }} as cumulative_performance_score,
        snapshot_date,
        created_at
    from days
)

select * from snapshots
