with events as (
    {{ events('badge_awards') }}
),

typed as (
    select
        badge_award_id,
        student_id,
        badge,
        occurred_at,
        _batch,
        _row
    from events
)

select * from typed
