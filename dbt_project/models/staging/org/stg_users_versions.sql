with versions as (
    {{ versions('users', key=['user_id']) }}
),

typed as (
    select
        user_id,
        username,
        email,
        organization_id,
        role,
        experience_level,
        effective_at as valid_from,
        valid_to,
        _batch,
        _row
    from versions
)

select * from typed
