-- The rule that a lecture's proposals are made by: its one active rule with a criterion. Of two active rules neither counts
-- until one of them is withdrawn (R004-62), and a rule that asks for nothing would pass everybody (G004-13).
-- What a rule requires it goes on requiring when the achievement never landed.
with rules as (
    select * from {{ ref('stg_rules') }}
    where active
),

rule_achievements as (
    select * from {{ ref('stg_rule_achievements') }}
),

only_active_rules as (
    select
        *,
        count(*) over (partition by lecture_id) as active_rules
    from rules
    qualify active_rules = 1
),

required_achievements as (
    select
        rule_id,
        {{ sorted_list('achievement_id') }} as achievement_ids
    from rule_achievements
    group by rule_id
),

with_requirements as (
    select
        only_active_rules.lecture_id,
        only_active_rules.rule_id,
        only_active_rules.min_percentage,
        only_active_rules.min_points_absolute,
        coalesce(required_achievements.achievement_ids, {{ text_list([]) }}) as required_achievement_ids
    from only_active_rules
    left join required_achievements
        on only_active_rules.rule_id = required_achievements.rule_id
    where only_active_rules.min_percentage is not null
        or only_active_rules.min_points_absolute is not null
        or required_achievements.rule_id is not null
)

select * from with_requirements
