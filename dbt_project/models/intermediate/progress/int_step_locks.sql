with timeline as (
    select * from {{ ref('int_step_timeline') }}
    where occurred_at >= period_from
),

periods as (
    select * from {{ ref('int_step_periods') }}
),

completions as (
    select * from {{ ref('int_step_completions') }}
),

-- Only a step that nobody has begun can be locked: before its first activity, and after what a teacher did earlier.
moments as (
    select step_id, student_id, {{ add_microseconds('valid_from', -1) }} as moment
    from timeline
    where begun_at is null or begun_at = valid_from
    union
    select step_id, student_id, valid_from
    from timeline
    where begun_at is null
),

placed as (
    select
        moments.step_id,
        moments.student_id,
        periods.assignment_id,
        periods.position,
        moments.moment
    from moments
    inner join periods
        on moments.step_id = periods.step_id
        and moments.student_id = periods.student_id
        and {{ is_in_force('periods', 'moments.moment') }}
),

open_steps as (
    select
        periods.assignment_id,
        periods.student_id,
        periods.position,
        periods.valid_from,
        least(periods.valid_to, completions.completed_at) as valid_to
    from periods
    left join completions
        on periods.step_id = completions.step_id
        and periods.student_id = completions.student_id
    where periods.is_required
        and coalesce(periods.valid_from < least(periods.valid_to, completions.completed_at), true)
),

locked as (
    select distinct
        placed.step_id,
        placed.student_id,
        placed.moment
    from placed
    inner join open_steps
        on placed.assignment_id = open_steps.assignment_id
        and placed.student_id = open_steps.student_id
        and placed.position > open_steps.position
        and {{ is_in_force('open_steps', 'placed.moment') }}
)

select * from locked
