-- For the few steps of a student that others are re-mapped to: which steps' events count for them, and when. All other
-- steps count their own events at any time.
with remappings as (
    select * from {{ ref('int_step_remappings') }}
),

edges as (
    select step_id, student_id, {{ no_moment() }} as moment from remappings
    union
    select step_id, student_id, valid_from from remappings
    union
    select step_id, student_id, valid_to from remappings
    where valid_to is not null
),

-- In each of these stretches the same steps' events count for a step; the first is open to the past.
regimes as (
    select
        step_id,
        student_id,
        moment as counts_from,
        lead(moment) over (
            partition by step_id, student_id
            order by moment asc nulls first
        ) as counts_to
    from edges
),

sources as (
    select step_id, student_id, step_id as source_step_id, counts_from, counts_to
    from regimes
    union
    select
        regimes.step_id,
        regimes.student_id,
        remappings.source_step_id,
        regimes.counts_from,
        regimes.counts_to
    from regimes
    inner join remappings
        on regimes.step_id = remappings.step_id
        and regimes.student_id = remappings.student_id
        and {{ is_in_force('remappings', 'regimes.counts_from') }}
)

select * from sources
