with events as (
    {{ events('certifications') }}
),

typed as (
    select
        certification_id,
        lecture_id,
        user_id,
        status,
        source,
        certified_by,
        rule_id,
        note,
        occurred_at,
        _batch,
        _row
    from events
)

select * from typed
