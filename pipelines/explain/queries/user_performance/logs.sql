-- The user's logs in their order, each with what its own task says; empty where it says nothing.
with logs as (
    select
        history.task_assignment_id as assignment_id,
        history.tasks_completed,
        assignments.is_on_time,
        assignments.skill_match_billionths / 1e9 as skill_match,
        assignments.difficulty_billionths / 1e9 as difficulty,
        assignments.actual_hours_billionths / 1e9 as actual_hours,
        assignments.microseconds_early / 864e8 as days_early,
        history.score_billionths / 1e9 as performance_score,
        history.completed_at
    from shown
    inner join intermediate.int_performance_history as history
        on shown.user_id = history.user_id
    inner join intermediate.int_task_assignments as assignments
        on history.task_assignment_id = assignments.task_assignment_id
)

select * from logs
order by tasks_completed asc nulls last
