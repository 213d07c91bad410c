with versions as (
    {{ versions('rule_achievements', key=['rule_id', 'achievement_id']) }}
),

typed as (
    select
        rule_id,
        achievement_id,
        position,
        effective_at as valid_from,
        valid_to,
        _batch,
        _row
    from versions
)

select * from typed
