-- What a student has done on a step, summed up: attempts, scores, time and sessions. Scores are summed as whole numbers
-- of ten-thousandths, so that nothing depends on their order.
with events as (
    select * from {{ ref('int_step_events') }}
),

work as (
    select
        step_id,
        student_id,
        count(*) filter (where event_type = 'attempted') as attempt_count,
        coalesce(cast(sum({{ score_units('score') }}) filter (where event_type = 'attempted') as bigint), 0) as score_sum,
        coalesce(
            cast(sum({{ score_units('score') }} * {{ score_units('score') }}) filter (
                where event_type = 'attempted'
            ) as bigint),
            0
        ) as score_square_sum,
        max(score) filter (where event_type = 'attempted') as best_score,
        {{ first_value_of('score', 'occurred_at', 'step_event_id', "event_type = 'attempted'") }} as first_score,
        {{ last_value_of('score', 'occurred_at', 'step_event_id', "event_type = 'attempted'") }} as latest_score,
        count(distinct session_id) filter (where {{ is_activity() }}) as session_count,
        coalesce(cast(sum(time_on_task_ms) filter (where {{ is_activity() }}) as bigint), 0) as time_on_task_ms,
        min(occurred_at) filter (where {{ is_activity() }}) as started_at,
        max(occurred_at) filter (where event_type = 'attempted') as last_attempted_at,
        max(occurred_at) filter (where {{ is_activity() }}) as last_activity_at,
        counts_from,
        counts_to
    from events
    group by step_id, student_id, counts_from, counts_to
)

select * from work
