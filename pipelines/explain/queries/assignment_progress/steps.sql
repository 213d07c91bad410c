-- The rows of step_progress that the assignment is the sum of, in the order of the steps.
with steps as (
    select
        progress.step_id,
        progress.student_id,
        steps.stage,
        progress.position,
        steps.is_required,
        cast(weights.weight as double) as weight,
        progress.state,
        progress.best_score,
        progress.attempt_count,
        progress.first_attempt_passed,
        progress.time_on_task_ms,
        progress.completed_at
    from shown
    inner join progress.step_progress as progress
        on shown.assignment_id = progress.assignment_id
        and shown.student_id = progress.student_id
    inner join intermediate.int_step_versions as steps
        on progress.step_id = steps.step_id
        and steps.valid_to is null
    left join policy.stage_weights as weights
        on steps.stage = weights.stage
    where not progress.is_removed
)

select * from steps
order by position asc nulls last, step_id asc nulls last
