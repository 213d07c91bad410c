-- What a rule that a certification names said at the moment of the certification (G004-20), and whether anything was said about
-- it since (G004-23): a new version or a tombstone, of the rule or of what it requires. A rule that was not in force then has no row.
with certifications as (
    select * from {{ ref('stg_certifications') }}
),

rules as (
    select * from {{ ref('stg_rules_versions') }}
),

rule_achievements as (
    select * from {{ ref('stg_rule_achievements_versions') }}
),

changes_of_requirements as (
    select * from {{ ref('stg_rule_achievements_changes') }}
),

certified_moments as (
    select distinct
        rule_id,
        occurred_at as certified_at
    from certifications
    where rule_id is not null
),

rules_then as (
    select
        certified_moments.rule_id,
        certified_moments.certified_at,
        rules.min_percentage,
        rules.min_points_absolute,
        rules.valid_from as effective_at,
        rules.valid_to as changed_at
    from certified_moments
    inner join rules
        on certified_moments.rule_id = rules.rule_id
        and {{ is_in_force('rules', 'certified_moments.certified_at') }}
),

achievements_then as (
    select
        certified_moments.rule_id,
        certified_moments.certified_at,
        {{ list_in_order(
            'rule_achievements.achievement_id',
            ['rule_achievements.position', 'rule_achievements.achievement_id'],
        ) }} as achievement_ids
    from certified_moments
    inner join rule_achievements
        on certified_moments.rule_id = rule_achievements.rule_id
        and {{ is_in_force('rule_achievements', 'certified_moments.certified_at') }}
    group by certified_moments.rule_id, certified_moments.certified_at
),

last_changes_of_requirements as (
    select
        rule_id,
        max(effective_at) as changed_at
    from changes_of_requirements
    group by rule_id
),

snapshots as (
    select
        rules_then.rule_id,
        {{ json_object([
            ('rule_id', json_of_text('rules_then.rule_id')),
            ('min_percentage', json_of_number('rules_then.min_percentage')),
            ('min_points_absolute', json_of_number('rules_then.min_points_absolute')),
            ('achievement_ids', 'coalesce(' ~ json_array('achievements_then.achievement_ids') ~ ", '[]')"),
            ('effective_at', json_of_text(iso_text('rules_then.effective_at'))),
        ]) }} as rule_snapshot,
        rules_then.changed_at is not null
            or coalesce(
                last_changes_of_requirements.changed_at > rules_then.certified_at, false
            ) as has_changed_since,
        rules_then.certified_at
    from rules_then
    left join achievements_then
        on rules_then.rule_id = achievements_then.rule_id
        and rules_then.certified_at = achievements_then.certified_at
    left join last_changes_of_requirements
        on rules_then.rule_id = last_changes_of_requirements.rule_id
)

select * from snapshots
