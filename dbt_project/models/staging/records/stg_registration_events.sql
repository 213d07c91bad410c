with events as (
    {{ events('registration_events') }}
),

typed as (
    select
        registration_event_id,
        campaign_id,
        event_type,
        user_id,
        occurred_at,
        _batch,
        _row
    from events
)

select * from typed
