with events as (
    {{ events('training_events') }}
),

typed as (
    select
        training_event_id,
        internship_instance_id,
        training_id,
        status,
        occurred_at,
        _batch,
        _row
    from events
)

select * from typed
