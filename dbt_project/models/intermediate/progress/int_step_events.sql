-- Step events as they count: each for its own step, and for the one that its step is re-mapped to. For a step that
-- others are re-mapped to there is a copy per stretch of time in which the same steps count for it.
{{ config(materialized='view') }}

with events as (
    select * from {{ ref('stg_step_events') }}
),

sources as (
    select * from {{ ref('int_step_sources') }}
),

-- A step that is re-mapped counts for itself as well, at any time, unless others are re-mapped to it.
counting as (
    select * from sources
    union all
    select distinct
        source_step_id,
        student_id,
        source_step_id,
        {{ no_moment() }},
        {{ no_moment() }}
    from sources as mapped
    where not exists (
        select 1 from sources
        where sources.step_id = mapped.source_step_id and sources.student_id = mapped.student_id
    )
),

-- All other steps, which are nearly all, have no row there: their events count for them and nothing else.
counted as (
    select
        events.step_event_id,
        coalesce(counting.step_id, events.step_id) as step_id,
        events.student_id,
        events.event_type,
        events.session_id,
        events.score,
        events.target_score,
        events.time_on_task_ms,
        coalesce(counting.step_id = events.step_id, true) as is_own,
        events.occurred_at,
        counting.counts_from,
        counting.counts_to
    from events
    left join counting
        on events.step_id = counting.source_step_id
        and events.student_id = counting.student_id
)

select * from counted
