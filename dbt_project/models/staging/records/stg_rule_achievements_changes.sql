-- Every moment at which something was said about what a rule requires, a tombstone that ends nothing included:
-- a certification is stale from any of them on, while the versions show only what came into force.
with changes as (
    {{ changes('rule_achievements') }}
),

moments as (
    select
        rule_id,
        achievement_id,
        effective_at,
        _batch,
        _row
    from changes
)

select * from moments
