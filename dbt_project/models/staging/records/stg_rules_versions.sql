with versions as (
    {{ versions('rules', key=['rule_id']) }}
),

typed as (
    select
        rule_id,
        lecture_id,
        min_percentage,
        min_points_absolute,
        active,
        effective_at as valid_from,
        valid_to,
        _batch,
        _row
    from versions
)

select * from typed
