-- An achievement that a rule in force requires cannot be deleted: while an active or inactive rule and its row in
-- rule_achievements are in force, a tombstone is ignored and the version before it goes on (G004-22).
with versions as (
    select * from {{ ref('stg_achievements_versions') }}
),

rules as (
    select * from {{ ref('stg_rules') }}
),

rule_achievements as (
    select * from {{ ref('stg_rule_achievements') }}
),

required as (
    select distinct rule_achievements.achievement_id
    from rule_achievements
    inner join rules
        on rule_achievements.rule_id = rules.rule_id
),

latest_versions as (
    select *
    from versions
    qualify row_number() over (
        partition by achievement_id
        order by valid_from desc nulls last
    ) = 1
),

-- The latest version has an end only if a tombstone ended it.
in_force as (
    select
        latest_versions.achievement_id,
        latest_versions.lecture_id,
        latest_versions.title,
        latest_versions.value_type,
        latest_versions.threshold,
        latest_versions.valid_to is not null as is_still_required,
        latest_versions.valid_from,
        latest_versions._batch,
        latest_versions._row
    from latest_versions
    left join required
        on latest_versions.achievement_id = required.achievement_id
    where latest_versions.valid_to is null or required.achievement_id is not null
)

select * from in_force
