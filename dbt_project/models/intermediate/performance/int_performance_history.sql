with completions as (
    select
        task_assignment_id,
        user_id,
        difficulty_billionths,
        skill_match_billionths,
        actual_hours_billionths,
        microseconds_early,
        is_on_time,
        completed_at
    from {{ ref('int_task_assignments') }}
    where completed_at is not null
),

so_far as (
    select
        *,
        row_number() over in_order as tasks_completed,
        count(is_on_time) over in_order as tasks_with_due_date,
        count(case when is_on_time then 1 end) over in_order as tasks_on_time,
        count(
            case when difficulty_billionths >= {{ var('hard_task_difficulty') * 10 ** 9 }} then 1 end
        ) over in_order as hard_tasks,
        count(difficulty_billionths) over in_order as tasks_with_difficulty,
        count(skill_match_billionths) over in_order as tasks_with_skill_match,
        count(actual_hours_billionths) over in_order as tasks_with_hours,
        sum(difficulty_billionths) over in_order as difficulty_total,
        sum(skill_match_billionths) over in_order as skill_match_total,
        sum(actual_hours_billionths) over in_order as actual_hours_total,
        sum(microseconds_early) over in_order as microseconds_early_total
    from completions
    window in_order as (
        partition by user_id
        order by completed_at asc nulls last, task_assignment_id asc nulls last
        rows between unbounded preceding and current row
    )
),

scored as (
    select
        task_assignment_id,
        user_id,
        difficulty_billionths,
        skill_match_billionths,
        tasks_completed,
        tasks_on_time,
        hard_tasks,
        {{ ratio('tasks_on_time', 'tasks_with_due_date') }} as on_time_ratio,
        {{ ratio('skill_match_total', '1000000000 * tasks_with_skill_match') }} as skill_accuracy,
        {{ ratio('difficulty_total', '10000000000 * tasks_with_difficulty') }} as difficulty_factor,
        {{ ratio('actual_hours_total', '1000000000 * tasks_with_hours') }} as avg_completion_time,
        {{ ratio('microseconds_early_total', microseconds_per_day() ~ ' * tasks_with_due_date') }} as avg_completion_speed,
        {{ performance_score(
            on_time=['1000000000 * tasks_on_time', 'tasks_with_due_date'],
            skill=['skill_match_total', 'tasks_with_skill_match'],
            difficulty=['difficulty_total', '10 * tasks_with_difficulty']
        ) }} as score_billionths,
        is_on_time,
        completed_at
    from so_far
),

-- A streak is what has been on time since the last late task.
compared as (
    select
        *,
        score_billionths - coalesce(lag(score_billionths) over in_order, score_billionths) as score_change_billionths,
        tasks_on_time - coalesce(
            max(case when not is_on_time then tasks_on_time end) over in_order, 0
        ) as on_time_streak,
        lead(tasks_completed) over in_order is null as is_latest
    from scored
    window in_order as (
        partition by user_id
        order by tasks_completed asc nulls last
    )
)

select * from compared
