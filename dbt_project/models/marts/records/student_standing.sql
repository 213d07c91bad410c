with records as (
    select * from {{ ref('performance_records') }}
),

results as (
    select * from {{ ref('int_achievement_results') }}
),

certifications as (
    select * from {{ ref('int_certification_periods') }}
    where valid_to is null
),

titles_met as (
    select
        lecture_id,
        user_id,
        {{ sorted_list('title', where='met') }} as titles
    from results
    group by lecture_id, user_id
),

standing as (
    select
        records.lecture_id,
        records.user_id,
        records.points_total_materialized,
        records.points_max_materialized,
        records.percentage_materialized,
        coalesce(titles_met.titles, {{ text_list([]) }}) as achievements_met,
        certifications.status as certification_status
    from records
    left join titles_met
        on records.lecture_id = titles_met.lecture_id
        and records.user_id = titles_met.user_id
    left join certifications
        on records.lecture_id = certifications.lecture_id
        and records.user_id = certifications.user_id
)

select * from standing
