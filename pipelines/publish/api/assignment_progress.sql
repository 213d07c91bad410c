-- A student's progress through an assignment, with the keys of the document's AssignmentProgress (R003-30..48) in its order,
-- and `steps`: each step in force, in the order of the assignment, with the keys of StepProgress (R003-12..29). Percentages
-- are rounded half up to two decimals, scores to one, moments are text in UTC. No row for who does not have the assignment.
create or replace macro api.assignment_progress(assignment_id, student_id) as table
with steps as (
    select
        step.position,
        step.step_id,
        {
            'step_id': step.step_id,
            'assignment_id': step.assignment_id,
            'student_id': step.student_id,
            'state': step.state,
            'started_at': strftime(make_timestamp(epoch_us(step.started_at)), '%Y-%m-%dT%H:%M:%S.%fZ'),
            'completed_at': strftime(make_timestamp(epoch_us(step.completed_at)), '%Y-%m-%dT%H:%M:%S.%fZ'),
            'last_activity_at': strftime(
                make_timestamp(epoch_us(step.last_activity_at)), '%Y-%m-%dT%H:%M:%S.%fZ'
            ),
            'attempt_count': step.attempt_count,
            'best_score': cast(round(cast(step.best_score as decimal(18, 9)), 1) as double),
            'latest_score': cast(round(cast(step.latest_score as decimal(18, 9)), 1) as double),
            'target_score': cast(round(cast(step.target_score as decimal(18, 9)), 1) as double),
            'passed': step.passed,
            'time_on_task_ms': step.time_on_task_ms,
            'session_count': step.session_count,
            'mastery_level': step.mastery_level,
            -- A ratio, whatever its name, whose threshold is 0.15: as it stands.
            'consistency_score': step.consistency_score,
            'completion_source': step.completion_source,
            'reconciliation_metadata': case when step.reconciled_at is not null then {
                'original_score': cast(round(cast(step.original_score as decimal(18, 9)), 1) as double),
                'original_context': step.original_context,
                'reconciled_at': strftime(
                    make_timestamp(epoch_us(step.reconciled_at)), '%Y-%m-%dT%H:%M:%S.%fZ'
                )
            } end
        } as record
    from progress.step_progress as step
    where step.assignment_id = assignment_id
        and step.student_id = student_id
        and not step.is_removed
)

select
    assignment.assignment_id as assignment_id,
    assignment.student_id as student_id,
    assignment.status,
    cast(round(cast(assignment.completion_percentage as decimal(18, 9)), 2) as double) as completion_percentage,
    assignment.steps_total,
    assignment.steps_required,
    assignment.steps_completed,
    assignment.steps_in_progress,
    assignment.steps_locked,
    strftime(make_timestamp(epoch_us(assignment.started_at)), '%Y-%m-%dT%H:%M:%S.%fZ') as started_at,
    strftime(make_timestamp(epoch_us(assignment.completed_at)), '%Y-%m-%dT%H:%M:%S.%fZ') as completed_at,
    assignment.estimated_completion_date,
    assignment.time_on_task_ms,
    cast(round(cast(assignment.average_score as decimal(18, 9)), 1) as double) as average_score,
    cast(round(cast(assignment.mastery_score as decimal(18, 9)), 1) as double) as mastery_score,
    cast(round(cast(assignment.pass_rate as decimal(18, 9)), 2) as double) as pass_rate,
    assignment.next_step_id,
    strftime(make_timestamp(epoch_us(assignment.next_step_due_at)), '%Y-%m-%dT%H:%M:%S.%fZ') as next_step_due_at,
    assignment.steps_per_week,
    assignment.pacing_status,
    coalesce((select list(steps.record order by steps.position, steps.step_id) from steps), []) as steps
from progress.assignment_progress as assignment
where assignment.assignment_id = assignment_id
    and assignment.student_id = student_id;
