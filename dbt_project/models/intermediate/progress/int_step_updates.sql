{{ config(materialized='view') }}

with timeline as (
    select * from {{ ref('int_step_timeline') }}
),

completions as (
    select * from {{ ref('int_step_completions') }}
),

periods as (
    select * from {{ ref('int_step_periods') }}
),

removals as (
    select * from {{ ref('int_step_removals') }}
),

stretches as (
    select * from {{ ref('int_assignment_stretches') }}
),

locks as (
    select * from {{ ref('int_step_locks') }}
),

assignment_students as (
    select * from {{ ref('int_assignment_students') }}
),

updates as (
    select * from timeline
    where occurred_at >= period_from
),

-- A removed step keeps its row, too, until it is placed again.
rows_of_steps as (
    select step_id, student_id, valid_from, valid_to
    from periods
    union all
    select
        removals.step_id,
        removals.student_id,
        greatest(removals.removed_at, stretches.valid_from),
        least(removals.placed_again_at, stretches.valid_to)
    from removals
    inner join stretches
        on removals.assignment_id = stretches.assignment_id
        and removals.student_id = stretches.student_id
        and (stretches.valid_to is null or stretches.valid_to > removals.removed_at)
),

-- What was, where a period has only just begun, is asked of the one before it.
at_a_beginning as (
    select
        updates.source_id,
        updates.step_id,
        updates.student_id,
        coalesce(bool_or(before.begun_at is not null), false) as was_begun
    from updates
    inner join rows_of_steps
        on updates.step_id = rows_of_steps.step_id
        and updates.student_id = rows_of_steps.student_id
        and {{ is_in_force('rows_of_steps', add_microseconds('updates.valid_from', -1)) }}
    left join timeline as before
        on updates.step_id = before.step_id
        and updates.student_id = before.student_id
        and {{ is_in_force('before', add_microseconds('updates.valid_from', -1)) }}
    where updates.valid_from = updates.period_from
    group by updates.source_id, updates.step_id, updates.student_id
),

beside_the_moment_before as (
    select
        updates.*,
        completions.completed_at,
        case when completions.completed_at <= updates.valid_from then completions.completion_source end as completion_source,
        updates.valid_from > updates.period_from or at_a_beginning.source_id is not null as was_there,
        coalesce(at_a_beginning.was_begun, updates.begun_at < updates.valid_from, false) as was_begun,
        {{ add_microseconds('updates.valid_from', -1) }} as moment_before
    from updates
    left join at_a_beginning
        on updates.source_id = at_a_beginning.source_id
        and updates.step_id = at_a_beginning.step_id
        and updates.student_id = at_a_beginning.student_id
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
                    'happened.completed_at < happened.valid_from', 'happened.was_begun', 'locks_before.step_id is not null'
                ) }}
        end as previous_state,
        {{ step_state(
            'happened.completed_at <= happened.valid_from', 'happened.begun_at is not null', 'locks.step_id is not null'
        ) }} as new_state,
        {{ mastery_level('happened.', 'happened.best_score', 'happened.target_score') }} as mastery_level,
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
    left join locks as locks_before
        on happened.step_id = locks_before.step_id
        and happened.student_id = locks_before.student_id
        and happened.moment_before = locks_before.moment
    left join locks
        on happened.step_id = locks.step_id
        and happened.student_id = locks.student_id
        and happened.valid_from = locks.moment
)

select * from with_states
