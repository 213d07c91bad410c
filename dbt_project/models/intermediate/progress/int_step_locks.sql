-- At which events a step was locked: behind a required, incomplete step of lower position, just before the event or
-- still after it (R003-13). Only a step that was not begun can be.
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

-- Only a step that nobody has begun can be locked: up to its first activity, whatever a teacher did to it.
untouched as (
    select distinct
        step_id,
        student_id,
        valid_from as moment
    from timeline
    where begun_at is null or begun_at = valid_from
),

-- What it was just before such a moment, and what it is from then on.
moments as (
    select
        untouched.*,
        edges.is_before,
        case when edges.is_before then {{ add_microseconds('untouched.moment', -1) }} else untouched.moment end as judged_at
    from untouched
    cross join (values (true), (false)) as edges (is_before)
),

judged as (
    select
        moments.*,
        periods.assignment_id,
        periods.position
    from moments
    inner join periods
        on moments.step_id = periods.step_id
        and moments.student_id = periods.student_id
        and {{ is_in_force('periods', 'moments.judged_at') }}
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
    select
        judged.step_id,
        judged.student_id,
        coalesce(bool_or(judged.is_before), false) as was_locked,
        coalesce(bool_or(not judged.is_before), false) as is_locked,
        judged.moment
    from judged
    inner join open_steps
        on judged.assignment_id = open_steps.assignment_id
        and judged.student_id = open_steps.student_id
        and judged.position > open_steps.position
        and {{ is_in_force('open_steps', 'judged.judged_at') }}
    group by judged.step_id, judged.student_id, judged.moment
)

select * from locked
