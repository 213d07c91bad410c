-- Step events as they count: each for its own step, and for the one that its step is re-mapped to. For a step that
-- others are re-mapped to there is a copy per stretch of time in which the same steps count for it.
{{ config(materialized='view') }}

with events as (
    select * from {{ ref('stg_step_events') }}
),

sources as (
    select * from {{ ref('int_step_sources') }}
),

-- Nearly every event counts for its own step and for nothing else, at any time.
own_events as (
    select
        events.step_event_id,
        events.step_id,
        events.student_id,
        events.event_type,
        events.session_id,
        events.score,
        events.target_score,
        events.time_on_task_ms,
        true as is_own,
        events.occurred_at,
        cast(null as timestamptz) as counts_from,
        cast(null as timestamptz) as counts_to
    from events
    where not exists (
        select 1 from sources
        where sources.step_id = events.step_id and sources.student_id = events.student_id
    )
),

events_of_sources as (
    select
        events.step_event_id,
        sources.step_id,
        events.student_id,
        events.event_type,
        events.session_id,
        events.score,
        events.target_score,
        events.time_on_task_ms,
        sources.step_id = sources.source_step_id as is_own,
        events.occurred_at,
        sources.counts_from,
        sources.counts_to
    from sources
    inner join events
        on sources.source_step_id = events.step_id
        and sources.student_id = events.student_id
),

counted as (
    select * from own_events
    union all
    select * from events_of_sources
)

select * from counted
