-- The lecture's achievements, the grade that stands, and whether it meets them.
with achievements as (
    select
        results.achievement_id,
        results.value_type,
        results.threshold,
        results.grade_value,
        results.value,
        results.met
    from shown
    inner join intermediate.int_achievement_results as results
        on shown.lecture_id = results.lecture_id
        and shown.user_id = results.user_id
)

select * from achievements
order by achievement_id asc nulls last
