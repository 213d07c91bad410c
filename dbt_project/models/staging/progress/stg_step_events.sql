with events as (
    {{ events('step_events') }}
),

typed as (
    select
        step_event_id,
        step_id,
        student_id,
        event_type,
        score,
        target_score,
        {{ countable_time('time_on_task_ms') }} as time_on_task_ms,
        session_id,
        actor_id,
        reason,
        occurred_at,
        _batch,
        _row
    from events
)

select * from typed
