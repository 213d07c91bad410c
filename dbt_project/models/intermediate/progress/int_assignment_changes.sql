-- What changes an assignment's counts: it is given or taken away, a step comes, goes, is completed or begun. One row
-- per student and moment, with the differences.
with stretches as (
    select * from {{ ref('int_assignment_stretches') }}
),

periods as (
    select * from {{ ref('int_step_periods') }}
),

completions as (
    select * from {{ ref('int_step_completions') }}
),

begun as (
    select * from {{ ref('int_step_timeline') }}
    where begun_added = 1
),

completed as (
    select
        periods.assignment_id,
        periods.student_id,
        case when periods.is_required then 1 else 0 end as required_completed,
        greatest(periods.valid_from, completions.completed_at) as valid_from,
        periods.valid_to
    from completions
    inner join periods
        on completions.step_id = periods.step_id
        and completions.student_id = periods.student_id
        and (periods.valid_to is null or periods.valid_to > completions.completed_at)
),

-- The assignment itself, a step in it, a step of it that is complete, one that is begun: each for as long as it is.
contributions as (
    select
        assignment_id,
        student_id,
        1 as is_held,
        0 as steps_total,
        0 as steps_required,
        0 as steps_completed,
        0 as required_completed,
        0 as steps_started,
        0 as mastery_weights,
        valid_from,
        valid_to
    from stretches
    union all
    select
        assignment_id,
        student_id,
        0,
        1,
        case when is_required then 1 else 0 end,
        0,
        0,
        0,
        case when is_required then coalesce(weight_units, 0) else 0 end,
        valid_from,
        valid_to
    from periods
    union all
    select assignment_id, student_id, 0, 0, 0, 1, required_completed, 0, 0, valid_from, valid_to
    from completed
    union all
    select assignment_id, student_id, 0, 0, 0, 0, 0, 1, 0, valid_from, period_to
    from begun
),

changes as (
    {{ changes_of('contributions', ['assignment_id', 'student_id'], [
        'is_held', 'steps_total', 'steps_required', 'steps_completed', 'required_completed', 'steps_started',
        'mastery_weights',
    ]) }}
)

select * from changes
