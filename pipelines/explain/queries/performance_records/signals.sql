-- The lecture, the membership, its assignments and achievements as they are in force, and what stands of the student's.
with lectures as (
    select lectures.*
    from staging.stg_lectures as lectures
    where lectures.lecture_id in (select lecture_id from shown)
),

members as (
    select members.*
    from shown
    inner join staging.stg_lecture_members as members
        on shown.lecture_id = members.lecture_id
        and shown.user_id = members.user_id
),

assignments as (
    select
        assessments.*,
        shown.user_id
    from shown
    inner join staging.stg_assessments as assessments
        on shown.lecture_id = assessments.lecture_id
        and assessments.kind = 'assignment'
),

participations as (
    select participations.*
    from assignments
    inner join intermediate.int_standing_participations as participations
        on assignments.assessment_id = participations.assessment_id
        and assignments.user_id = participations.user_id
),

achievements as (
    select
        achievements.*,
        shown.user_id
    from shown
    inner join intermediate.int_achievements_in_force as achievements
        on shown.lecture_id = achievements.lecture_id
),

grades as (
    select grades.*
    from achievements
    inner join intermediate.int_standing_achievement_grades as standing
        on achievements.achievement_id = standing.achievement_id
        and achievements.user_id = standing.user_id
    inner join staging.stg_achievement_grades as grades
        on standing.achievement_grade_id = grades.achievement_grade_id
),

-- What was deleted and is required still is there because of the rules that require it.
requirements as (
    select
        requirements.*,
        rules._batch as rule_batch,
        rules._row as rule_row,
        rules.valid_from as rule_valid_from
    from (select distinct achievement_id from achievements where is_still_required) as kept
    inner join staging.stg_rule_achievements as requirements
        on kept.achievement_id = requirements.achievement_id
    inner join staging.stg_rules as rules
        on requirements.rule_id = rules.rule_id
),

signals as (
    select 'lectures' as contract, _batch, _row, valid_from as moment, lecture_id || ': the lecture' as what
    from lectures
    union all
    select 'lecture_members', _batch, _row, valid_from, user_id || ' is a member of ' || lecture_id
    from members
    union all
    select 'assessments', _batch, _row, valid_from, assessment_id || ': at most ' || format('{:.12g}', cast(max_points as double)) || ' points'
    from assignments
    union all
    select
        'participations', _batch, _row, occurred_at,
        participation_id || ': ' || status || coalesce(' with ' || format('{:.12g}', cast(points as double)) || ' points', '') || ' in ' || assessment_id
    from participations
    union all
    select 'achievements', _batch, _row, valid_from, achievement_id || ': the achievement'
    from achievements
    union all
    select 'achievement_grades', _batch, _row, occurred_at, achievement_grade_id || ': the grade that stands in ' || achievement_id
    from grades
    union all
    select 'rule_achievements', _batch, _row, valid_from, rule_id || ' requires ' || achievement_id || ', so that it stays'
    from requirements
    union all
    select 'rules', rule_batch, rule_row, rule_valid_from, rule_id || ': the rule that requires it'
    from requirements
)

select * from signals
