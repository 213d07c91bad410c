with results as (
    select * from {{ ref('int_achievement_results') }}
),

progress as (
    select
        achievement_id,
        user_id,
        lecture_id,
        value_type,
        threshold,
        grade_value,
        value,
        met
    from results
)

select * from progress
