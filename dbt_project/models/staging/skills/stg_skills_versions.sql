with versions as (
    {{ versions('skills', key=['skill_id']) }}
),

typed as (
    select
        skill_id,
        skill_name,
        category,
        effective_at as valid_from,
        valid_to,
        _batch,
        _row
    from versions
)

select * from typed
