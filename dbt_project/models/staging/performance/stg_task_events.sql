with events as (
    {{ events('task_events') }}
),

typed as (
    select
        task_event_id,
        task_assignment_id,
        event_type,
        outcome,
        actor_id,
        {{ decimal_of_float('actual_hours') }} as actual_hours,
        occurred_at,
        _batch,
        _row
    from events
)

select * from typed
