with events as (
    {{ events('mentorship_sessions') }}
),

typed as (
    select
        mentorship_session_id,
        intern_id,
        mentor_id,
        session_focus,
        project_id,
        status,
        occurred_at,
        _batch,
        _row
    from events
)

select * from typed
