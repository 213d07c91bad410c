with history as (
    select * from {{ ref('int_performance_history') }}
),

definitions as (
    select * from {{ ref('milestone_definitions') }}
),

counts as (
    select
        history.user_id,
        definitions.milestone_type,
        '{"assignment_id":' || {{ json_string('history.task_assignment_id') }} || '}' as achievement_data,
        history.tasks_completed as achieved_value,
        history.completed_at as achieved_at
    from history
    inner join definitions
        on history.tasks_completed = definitions.threshold
    where definitions.criterion = 'tasks_completed'
),

-- A task without a due date is not on time either.
perfect_weeks as (
    select
        user_id,
        max_by(task_assignment_id, tasks_completed) as task_assignment_id,
        count(*) as tasks_completed,
        {{ week_start('completed_at') }} as week_start,
        max(completed_at) as achieved_at
    from history
    group by user_id, {{ week_start('completed_at') }}
    having count(*) = count(case when is_on_time then 1 end)
),

closed_perfect_weeks as (
    select
        perfect_weeks.user_id,
        definitions.milestone_type,
        '{"assignment_id":' || {{ json_string('perfect_weeks.task_assignment_id') }}
            || ',"week_start":"' || cast(perfect_weeks.week_start as varchar) || '"}' as achievement_data,
        perfect_weeks.tasks_completed as achieved_value,
        perfect_weeks.achieved_at
    from perfect_weeks
    inner join definitions
        on perfect_weeks.tasks_completed >= definitions.threshold
    where definitions.criterion = 'tasks_in_perfect_week'
        and {{ add_days('perfect_weeks.week_start', 7) }} <= cast({{ as_of() }} as date)
),

reached as (
    select * from counts
    union all
    select * from closed_perfect_weeks
),

milestones as (
    select
        reached.user_id,
        reached.milestone_type,
        definitions.milestone_name,
        definitions.description,
        reached.achievement_data,
        cast(reached.achieved_value as double) as achieved_value,
        reached.achieved_at
    from reached
    inner join definitions
        on reached.milestone_type = definitions.milestone_type
)

select * from milestones
