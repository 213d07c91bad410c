-- Of all grades of a user in an achievement, the one that stands: the latest, ties to the larger key.
-- Case and the white space around it say nothing (G004-16); NULL when it was graded back to nothing.
{{ config(materialized='view') }}

with grades as (
    select * from {{ ref('stg_achievement_grades') }}
),

standing as (
    select *
    from grades
    qualify row_number() over (
        partition by achievement_id, user_id
        order by occurred_at desc nulls last, achievement_grade_id desc nulls last
    ) = 1
),

normalized as (
    select
        achievement_grade_id,
        achievement_id,
        user_id,
        lower({{ trimmed('grade_value') }}) as grade_value
    from standing
)

select * from normalized
