-- When an optional step was passed by: the first moment at which it is the student's and optional, and a step that
-- passes it by has been started or is complete by any cause, this one included (R003-86, G003-09).
with recursive passings as (
    select * from {{ ref('int_step_passings') }}
),

stretches as (
    select * from {{ ref('int_assignment_stretches') }}
),

work as (
    select * from {{ ref('int_step_work') }}
    where started_at is not null
),

causes as (
    select * from {{ ref('int_step_causes') }}
),

-- From when on, and until when, a step is one that the student has started or completed by any cause but this one.
reached as (
    select
        step_id,
        student_id,
        greatest(started_at, counts_from) as holds_from,
        counts_to as holds_to
    from work
    where step_id in (select higher_step_id from passings)
    union all
    select step_id, student_id, completed_at, null
    from causes
    where step_id in (select higher_step_id from passings)
),

passed_directly as (
    select
        passings.step_id,
        reached.student_id,
        min(greatest(reached.holds_from, passings.valid_from, stretches.valid_from)) as passed_at
    from reached
    inner join passings
        on reached.step_id = passings.higher_step_id
    inner join stretches
        on passings.assignment_id = stretches.assignment_id
        and reached.student_id = stretches.student_id
    where coalesce(
        greatest(reached.holds_from, passings.valid_from, stretches.valid_from)
        < least(reached.holds_to, passings.valid_to, stretches.valid_to),
        true
    )
    group by passings.step_id, reached.student_id
),

-- A passed step passes those below it too. Whatever passed it has passed them at that very moment, so this matters only
-- later, where steps have changed places since.
passed as (
    select * from passed_directly
    union all
    select
        passings.step_id,
        passed.student_id,
        greatest(passed.passed_at, passings.valid_from, stretches.valid_from) as passed_at
    from passed
    inner join passings
        on passed.step_id = passings.higher_step_id
    inner join stretches
        on passings.assignment_id = stretches.assignment_id
        and passed.student_id = stretches.student_id
    left join passed_directly
        on passings.step_id = passed_directly.step_id
        and passed.student_id = passed_directly.student_id
    where greatest(passings.valid_from, stretches.valid_from) > passed.passed_at
        and coalesce(
            greatest(passings.valid_from, stretches.valid_from) < least(passings.valid_to, stretches.valid_to), true
        )
        and coalesce(greatest(passings.valid_from, stretches.valid_from) < passed_directly.passed_at, true)
),

first_passed as (
    select
        step_id,
        student_id,
        min(passed_at) as passed_at
    from passed
    group by step_id, student_id
)

select * from first_passed
