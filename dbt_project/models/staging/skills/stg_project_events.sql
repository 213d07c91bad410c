with events as (
    {{ events('project_events') }}
),

typed as (
    select
        project_event_id,
        project_id,
        user_id,
        event_type,
        occurred_at,
        _batch,
        _row
    from events
)

select * from typed
