with events as (
    {{ events('participations') }}
),

typed as (
    select
        participation_id,
        assessment_id,
        user_id,
        status,
        points,
        submitted_at,
        actor_id,
        occurred_at,
        _batch,
        _row
    from events
)

select * from typed
