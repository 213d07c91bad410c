with records as (
    select * from {{ ref('performance_records') }}
),

rules as (
    select * from {{ ref('int_active_rules') }}
),

rule_achievements as (
    select * from {{ ref('stg_rule_achievements') }}
),

results as (
    select * from {{ ref('int_achievement_results') }}
),

-- Required achievements that are not the lecture's are not among its results: nobody meets them, nobody is graded in them.
required_results as (
    select
        results.lecture_id,
        results.user_id,
        count(*) filter (where results.met) as met,
        count(*) filter (where not results.met and results.grade_value is not null) as graded_and_unmet
    from rules
    inner join rule_achievements
        on rules.rule_id = rule_achievements.rule_id
    inner join results
        on rules.lecture_id = results.lecture_id
        and rule_achievements.achievement_id = results.achievement_id
    group by results.lecture_id, results.user_id
),

measured as (
    select
        records.lecture_id,
        records.user_id,
        rules.rule_id,
        rules.min_percentage,
        rules.min_points_absolute,
        records.points_total_materialized as points,
        records.points_max_materialized as points_max,
        records.points_max_pending,
        -- Exact: 16.1 % of 1000 points are 161. A percentage asks for whole points, an absolute threshold for what it says.
        coalesce(
            cast(rules.min_points_absolute as decimal(18, 4)),
            cast(
                ceil(cast(records.points_max_materialized as decimal(28, 4)) * rules.min_percentage * 0.01)
                as decimal(18, 4)
            )
        ) as required_points,
        records.achievements_met_ids,
        rules.required_achievement_ids,
        coalesce(required_results.met, 0)
            = {{ list_size('rules.required_achievement_ids') }} as meets_achievements,
        coalesce(required_results.graded_and_unmet, 0) > 0 as misses_achievements
    from records
    inner join rules
        on records.lecture_id = rules.lecture_id
    left join required_results
        on records.lecture_id = required_results.lecture_id
        and records.user_id = required_results.user_id
),

judged as (
    select
        *,
        coalesce(points >= required_points, true) as meets_points,
        coalesce(
            points < required_points and required_points <= points + points_max_pending, false
        ) as waits_for_points,
        points_max = 0
            and (coalesce(min_percentage > 0, false) or coalesce(points < min_points_absolute, false))
            as is_not_measurable
    from measured
),

-- Who misses something fails, whatever else is open.
open_or_not as (
    select
        *,
        (meets_points or waits_for_points or is_not_measurable) and not misses_achievements as misses_nothing
    from judged
),

proposals as (
    select
        lecture_id,
        user_id,
        rule_id,
        min_percentage,
        min_points_absolute,
        case when meets_points and meets_achievements then 'passed' else 'failed' end as proposed_status,
        points as current_points,
        required_points,
        achievements_met_ids as current_achievement_ids,
        required_achievement_ids,
        meets_points,
        meets_achievements,
        {{ texts_that_apply({
            'achievements_ungraded': 'misses_nothing and not meets_achievements',
            'points_not_measurable': 'misses_nothing and is_not_measurable',
            'points_pending': 'misses_nothing and waits_for_points',
        }) }} as deferral_reasons
    from open_or_not
)

select * from proposals
