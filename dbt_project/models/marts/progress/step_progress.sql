with step_students as (
    select * from {{ ref('int_step_students') }}
),

work as (
    select * from {{ ref('int_step_work') }}
    where counts_to is null
),

targets as (
    select * from {{ ref('int_step_targets') }}
    where is_adjusted and counts_to is null and valid_to is null
),

completions as (
    select * from {{ ref('int_step_completions') }}
),

-- Whatever lies above the lowest required step that is not complete is locked.
open_steps as (
    select
        step_students.assignment_id,
        step_students.student_id,
        min(step_students.position) as first_open_position
    from step_students
    left join completions
        on step_students.step_id = completions.step_id
        and step_students.student_id = completions.student_id
    where step_students.is_required
        and completions.completed_at is null
    group by step_students.assignment_id, step_students.student_id
),

-- A reconciled score is one more score wherever scores are read; it stands behind attempts of its own moment.
facts as (
    select
        step_students.step_id,
        step_students.student_id,
        step_students.assignment_id,
        completions.completion_source,
        completions.original_context,
        step_students.position,
        open_steps.first_open_position,
        coalesce(work.attempt_count, 0) as attempt_count,
        coalesce(work.attempt_count, 0) + case when completions.original_score is null then 0 else 1 end as score_count,
        coalesce(work.score_sum, 0) + coalesce({{ score_units('completions.original_score') }}, 0) as score_sum,
        coalesce(work.score_square_sum, 0)
            + coalesce(
                {{ score_units('completions.original_score') }} * {{ score_units('completions.original_score') }}, 0
            ) as score_square_sum,
        greatest(work.best_score, completions.original_score) as best_score,
        case
            when completions.original_score is not null
                and coalesce(work.last_attempted_at <= completions.completed_at, true)
                then completions.original_score
            else work.latest_score
        end as latest_score,
        {{ target_of_student('step_students.target_score') }} as target_score,
        completions.original_score,
        coalesce(work.session_count, 0) as session_count,
        coalesce(work.time_on_task_ms, 0) as time_on_task_ms,
        step_students.is_removed,
        coalesce(targets.is_adjusted, false) as is_adjusted,
        work.first_score,
        work.started_at,
        completions.completed_at,
        work.last_activity_at
    from step_students
    left join work
        on step_students.step_id = work.step_id
        and step_students.student_id = work.student_id
    left join targets
        on step_students.step_id = targets.step_id
        and step_students.student_id = targets.student_id
    left join completions
        on step_students.step_id = completions.step_id
        and step_students.student_id = completions.student_id
    left join open_steps
        on step_students.assignment_id = open_steps.assignment_id
        and step_students.student_id = open_steps.student_id
),

progress as (
    select
        step_id,
        student_id,
        assignment_id,
        {{ step_state('completed_at is not null', 'started_at is not null', 'position > first_open_position') }} as state,
        {{ mastery_level('', 'best_score', 'target_score') }} as mastery_level,
        completion_source,
        case when is_adjusted then 'teacher' else 'step' end as target_source,
        original_context,
        position,
        attempt_count,
        cast(best_score as double) as best_score,
        cast(latest_score as double) as latest_score,
        cast(target_score as double) as target_score,
        cast({{ consistency_units('') }} as double) / 1000000000 as consistency_score,
        cast(original_score as double) as original_score,
        session_count,
        time_on_task_ms,
        {{ passed('best_score', 'target_score') }} as passed,
        case when first_score is not null then {{ reaches('first_score', 'target_score') }} end as first_attempt_passed,
        is_removed,
        started_at,
        completed_at,
        last_activity_at,
        case when original_score is not null then completed_at end as reconciled_at
    from facts
)

select * from progress
