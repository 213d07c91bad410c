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
        {{ json_object([('assignment_id', json_of_text('history.task_assignment_id'))]) }} as achievement_data,
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
        count(*) as tasks,
        max(tasks_completed) as last_task,
        {{ week_start('completed_at') }} as week_start
    from history
    group by user_id, {{ week_start('completed_at') }}
    having count(*) = count(case when is_on_time then 1 end)
),

closed_perfect_weeks as (
    select
        perfect_weeks.*,
        definitions.milestone_type
    from perfect_weeks
    inner join definitions
        on perfect_weeks.tasks >= definitions.threshold
    where definitions.criterion = 'tasks_in_perfect_week'
        and {{ add_days('perfect_weeks.week_start', 7) }} <= cast({{ as_of() }} as date)
),

weeks as (
    select
        history.user_id,
        closed_perfect_weeks.milestone_type,
        {{ json_object([
            ('assignment_id', json_of_text('history.task_assignment_id')),
            ('week_start', json_of_text('closed_perfect_weeks.week_start')),
        ]) }} as achievement_data,
        closed_perfect_weeks.tasks as achieved_value,
        history.completed_at as achieved_at
    from closed_perfect_weeks
    inner join history
        on closed_perfect_weeks.user_id = history.user_id
        and closed_perfect_weeks.last_task = history.tasks_completed
),

reached as (
    select * from counts
    union all
    select * from weeks
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
