with versions as (
    {{ versions('lecture_members', key=['lecture_id', 'user_id']) }}
),

typed as (
    select
        lecture_id,
        user_id,
        effective_at as valid_from,
        valid_to,
        _batch,
        _row
    from versions
)

select * from typed
