-- Whether each member of a lecture has met each of its achievements, required by a rule or not: facts (G004-14, 15).
with members as (
    select * from {{ ref('int_lecture_members') }}
),

achievements as (
    select * from {{ ref('int_achievements_in_force') }}
),

grades as (
    select * from {{ ref('int_standing_achievement_grades') }}
),

-- What does not read as a number is no zero, and meets nothing, not even a threshold of 0 (G004-17).
-- Decimals beyond the 18th are cut off: rounding could lift a grade to a threshold that it does not reach.
read_grades as (
    select
        *,
        case
            when regexp_extract(grade_value, '^[+-]?[0-9]+([.,][0-9]+)?$', 0) <> ''
                then try_cast(
                    replace(regexp_extract(grade_value, '^[+-]?[0-9]+([.,][0-9]{1,18})?', 0), ',', '.')
                    as decimal(38, 18)
                )
        end as number
    from grades
),

graded as (
    select
        achievements.achievement_id,
        members.user_id,
        achievements.lecture_id,
        achievements.title,
        achievements.value_type,
        achievements.threshold,
        read_grades.grade_value,
        case when achievements.value_type <> 'boolean' then read_grades.number end as value
    from members
    inner join achievements
        on members.lecture_id = achievements.lecture_id
    left join read_grades
        on achievements.achievement_id = read_grades.achievement_id
        and members.user_id = read_grades.user_id
),

judged as (
    select
        *,
        case
            when value_type = 'boolean' then coalesce(grade_value = 'pass', false)
            else coalesce(value >= threshold, false)
        end as met
    from graded
)

select * from judged
