with versions as (
    {{ versions('lectures', key=['lecture_id']) }}
),

typed as (
    select
        lecture_id,
        organization_id,
        title,
        teacher_id,
        effective_at as valid_from,
        valid_to,
        _batch,
        _row
    from versions
)

select * from typed
