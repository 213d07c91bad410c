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
            'started_at': iso_text(step.started_at),
            'completed_at': iso_text(step.completed_at),
            'last_activity_at': iso_text(step.last_activity_at),
            'attempt_count': step.attempt_count,
            'best_score': rounded(step.best_score, 1),
            'latest_score': rounded(step.latest_score, 1),
            'target_score': rounded(step.target_score, 1),
            'passed': step.passed,
            'time_on_task_ms': step.time_on_task_ms,
            'session_count': step.session_count,
            'mastery_level': step.mastery_level,
            -- A ratio, whatever its name, whose threshold is 0.15: as it stands.
            'consistency_score': step.consistency_score,
            'completion_source': step.completion_source,
            'reconciliation_metadata': case when step.reconciled_at is not null then {
                'original_score': rounded(step.original_score, 1),
                'original_context': step.original_context,
                'reconciled_at': iso_text(step.reconciled_at)
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
    rounded(assignment.completion_percentage, 2) as completion_percentage,
    assignment.steps_total,
    assignment.steps_required,
    assignment.steps_completed,
    assignment.steps_in_progress,
    assignment.steps_locked,
    iso_text(assignment.started_at) as started_at,
    iso_text(assignment.completed_at) as completed_at,
    assignment.estimated_completion_date,
    assignment.time_on_task_ms,
    rounded(assignment.average_score, 1) as average_score,
    rounded(assignment.mastery_score, 1) as mastery_score,
    rounded(assignment.pass_rate, 2) as pass_rate,
    assignment.next_step_id,
    iso_text(assignment.next_step_due_at) as next_step_due_at,
    assignment.steps_per_week,
    assignment.pacing_status,
    coalesce((select list(steps.record order by steps.position, steps.step_id) from steps), []) as steps
from progress.assignment_progress as assignment
where assignment.assignment_id = assignment_id
    and assignment.student_id = student_id;
