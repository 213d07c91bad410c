-- Targets that teachers have set for one student, over time; before the first, and for all others, the step's own holds
-- (`is_adjusted` false). An adjustment outlives new versions of the step (R003-20, G003-42).
with adjustments as (
    select * from {{ ref('int_step_events') }}
    where event_type = 'target_adjusted'
),

-- Of several at one moment the last is in force from then on; the others never are.
adjusted as (
    select
        step_id,
        student_id,
        target_score,
        true as is_adjusted,
        counts_from,
        counts_to,
        occurred_at as valid_from,
        lead(occurred_at) over (
            partition by step_id, student_id, counts_from
            order by occurred_at asc nulls last, step_event_id asc nulls last
        ) as valid_to
    from adjustments
),

not_yet_adjusted as (
    select
        step_id,
        student_id,
        cast(null as decimal(7, 4)) as target_score,
        false as is_adjusted,
        counts_from,
        counts_to,
        {{ no_moment() }} as valid_from,
        min(occurred_at) as valid_to
    from adjustments
    group by step_id, student_id, counts_from, counts_to
),

targets as (
    select * from adjusted
    union all
    select * from not_yet_adjusted
)

select * from targets
