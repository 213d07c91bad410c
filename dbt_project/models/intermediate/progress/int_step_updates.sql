-- Each happening that updates a step, with the state before its moment and at it: what `step_progress_updated` tells,
-- for the step that it counts for then. A table, for DuckDB takes the rows that a reader filters out of a view for few and
-- builds joins of all of them in memory.
with updates as (
    select * from {{ ref('int_step_timeline') }}
    where occurred_at >= period_from
),

beginnings as (
    select * from {{ ref('int_step_beginnings') }}
),

completions as (
    select * from {{ ref('int_step_completions') }}
),

locks as (
    select * from {{ ref('int_step_locks') }}
),

assignment_students as (
    select * from {{ ref('int_assignment_students') }}
),

-- What was, where a period has only just begun, is asked of the one before it.
beside_the_moment_before as (
    select
        updates.*,
        completions.completed_at,
        case when completions.completed_at <= updates.valid_from then completions.completion_source end as completion_source,
        updates.valid_from > updates.period_from or beginnings.step_id is not null as was_there,
        coalesce(beginnings.was_begun, updates.begun_at < updates.valid_from, false) as was_begun
    from updates
    left join beginnings
        on updates.step_id = beginnings.step_id
        and updates.student_id = beginnings.student_id
        and updates.valid_from = beginnings.moment
        and updates.valid_from = updates.period_from
    left join completions
        on updates.step_id = completions.step_id
        and updates.student_id = completions.student_id
),

with_states as (
    select
        happened.source_id,
        happened.step_id,
        happened.student_id,
        happened.assignment_id,
        assignment_students.sequence_id,
        happened.event_type,
        case
            when happened.was_there
                then {{ step_state(
                    'happened.completed_at < happened.valid_from', 'happened.was_begun', 'locks.was_locked'
                ) }}
        end as previous_state,
        {{ step_state(
            'happened.completed_at <= happened.valid_from', 'happened.begun_at is not null', 'locks.is_locked'
        ) }} as new_state,
        {{ mastery_level('happened.', 'happened.best_score', 'happened.target_score') }} as mastery_level,
        coalesce(locks.is_locked, false) as is_behind,
        happened.completion_source,
        happened.score as score_achieved,
        happened.target_score,
        happened.attempt_count,
        happened.time_on_task_ms,
        {{ passed('happened.best_score', 'happened.target_score') }} as passed,
        happened.is_own,
        happened.valid_from as occurred_at
    from beside_the_moment_before as happened
    inner join assignment_students
        on happened.assignment_id = assignment_students.assignment_id
        and happened.student_id = assignment_students.student_id
        and {{ is_in_force('assignment_students', 'happened.valid_from') }}
    left join locks
        on happened.step_id = locks.step_id
        and happened.student_id = locks.student_id
        and happened.valid_from = locks.moment
)

select * from with_states
