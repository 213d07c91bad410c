with versions as (
    select * from {{ ref('stg_rule_achievements_versions') }}
),

in_force as (
    select
        rule_id,
        achievement_id,
        position,
        valid_from,
        _batch,
        _row
    from versions
    where valid_to is null
)

select * from in_force
