with events as (
    {{ events('achievement_grades') }}
),

typed as (
    select
        achievement_grade_id,
        achievement_id,
        user_id,
        grade_value,
        actor_id,
        occurred_at,
        _batch,
        _row
    from events
)

select * from typed
