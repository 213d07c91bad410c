-- For events at the very first moment of a period: whether the student had the step just before, removed or not, and
-- had begun it. All others ask the period itself.
with timeline as (
    select * from {{ ref('int_step_timeline') }}
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

updates as (
    select step_id, student_id, valid_from
    from {{ ref('int_step_timeline') }}
    where occurred_at = period_from
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

beginnings as (
    select
        updates.step_id,
        updates.student_id,
        coalesce(bool_or(timeline.begun_at is not null), false) as was_begun,
        updates.valid_from as moment
    from updates
    inner join rows_of_steps
        on updates.step_id = rows_of_steps.step_id
        and updates.student_id = rows_of_steps.student_id
        and {{ is_in_force('rows_of_steps', add_microseconds('updates.valid_from', -1)) }}
    left join timeline
        on updates.step_id = timeline.step_id
        and updates.student_id = timeline.student_id
        and {{ is_in_force('timeline', add_microseconds('updates.valid_from', -1)) }}
    group by updates.step_id, updates.student_id, updates.valid_from
)

select * from beginnings
