with events as (
    {{ events('progress_updates') }}
),

typed as (
    select
        progress_update_id,
        project_id,
        user_id,
        content,
        occurred_at,
        _batch,
        _row
    from events
)

select * from typed
