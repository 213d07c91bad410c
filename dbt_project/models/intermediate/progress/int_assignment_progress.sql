-- A student's assignment as the sum of its steps in force: counts, times and the parts of means. What is made of them
-- stands in assignment_progress, and pooled in sequence_progress and student_progress_summary.
with assignment_students as (
    select * from {{ ref('int_assignment_students') }}
    where valid_to is null
),

progress as (
    select * from {{ ref('step_progress') }}
    where not is_removed
),

steps as (
    select * from {{ ref('int_step_versions') }}
    where valid_to is null
),

stage_weights as (
    select * from {{ ref('stage_weights') }}
),

weighed as (
    select
        progress.*,
        steps.stage,
        steps.is_required,
        steps.is_remediation,
        progress.state = 'complete' as is_complete,
        {{ add_microseconds(
            'steps.due_at', microseconds_per_day() ~ ' * ' ~ threshold('review_grace_days')
        ) }} as on_time_until,
        {{ score_units('cast(progress.best_score as decimal(7, 4))') }} as best_units,
        case
            when steps.is_required or progress.best_score is not null then {{ weight_units('stage_weights.weight') }}
        end as weight_units
    from progress
    inner join steps
        on progress.step_id = steps.step_id
    left join stage_weights
        on steps.stage = stage_weights.stage
),

counted as (
    select
        assignment_id,
        student_id,
        {{ first_value_of('step_id', 'position', 'step_id', 'is_required and not is_complete') }} as next_step_id,
        count(*) as steps_total,
        count(*) filter (where is_required) as steps_required,
        count(*) filter (where is_complete) as steps_completed,
        count(*) filter (where is_complete and is_required) as required_completed,
        count(*) filter (where state = 'in_progress') as steps_in_progress,
        count(*) filter (where state = 'locked') as steps_locked,
        count(*) filter (where state in ('in_progress', 'complete')) as steps_begun,
        count(*) filter (where attempt_count > 0) as steps_attempted,
        count(*) filter (where first_attempt_passed) as steps_passed_at_first,
        count(*) filter (where completed_at > {{ days_ago(28) }}) as completed_last_28_days,
        count(*) filter (where is_remediation) as remediation_steps,
        count(*) filter (
            where stage = 'review' and on_time_until is not null and (is_complete or on_time_until < {{ as_of() }})
        ) as reviews_judged,
        count(*) filter (where stage = 'review' and completed_at <= on_time_until) as reviews_on_time,
        count(*) filter (where is_complete and best_units is not null) as steps_scored,
        coalesce(cast(sum(best_units) filter (where is_complete) as bigint), 0) as score_sum,
        coalesce(cast(sum(weight_units * coalesce(best_units, 0)) as bigint), 0) as mastery_points,
        coalesce(cast(sum(weight_units) as bigint), 0) as mastery_weights,
        cast(sum(attempt_count) as bigint) as attempts,
        cast(sum(time_on_task_ms) as bigint) as time_on_task_ms,
        coalesce(bool_or(attempt_count > {{ threshold('risk_attempts') }} and not passed), false) as is_stuck,
        min(started_at) as started_at,
        max(completed_at) filter (where is_required) as last_required_completed_at
    from weighed
    group by assignment_id, student_id
),

assignments as (
    select
        assignment_students.assignment_id,
        assignment_students.student_id,
        assignment_students.sequence_id,
        counted.next_step_id,
        assignment_students.position,
        assignment_students.planned_us,
        {%- for count in [
            'steps_total', 'steps_required', 'steps_completed', 'required_completed', 'steps_in_progress',
            'steps_locked', 'steps_begun', 'steps_attempted', 'steps_passed_at_first', 'completed_last_28_days',
            'remediation_steps', 'reviews_judged', 'reviews_on_time', 'steps_scored', 'score_sum', 'mastery_points',
            'mastery_weights', 'attempts', 'time_on_task_ms',
        ] %}
        coalesce(counted.{{ count }}, 0) as {{ count }},
        {%- endfor %}
        assignment_students.is_archived,
        coalesce({{ is_complete('counted.') }}, false) as is_complete,
        coalesce(counted.is_stuck, false) as is_stuck,
        assignment_students.starts_at,
        assignment_students.due_at,
        counted.started_at,
        counted.last_required_completed_at
    from assignment_students
    left join counted
        on assignment_students.assignment_id = counted.assignment_id
        and assignment_students.student_id = counted.student_id
)

select * from assignments
