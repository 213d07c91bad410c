with points as (
    select * from {{ ref('int_assignment_points') }}
),

results as (
    select * from {{ ref('int_achievement_results') }}
),

achievements_met as (
    select
        lecture_id,
        user_id,
        {{ sorted_list('achievement_id', where='met') }} as achievement_ids
    from results
    group by lecture_id, user_id
),

records as (
    select
        points.lecture_id,
        points.user_id,
        points.points_total as points_total_materialized,
        points.points_max as points_max_materialized,
        {{ percentage('points.points_total', 'points.points_max', scale=4) }} as percentage_materialized,
        coalesce(achievements_met.achievement_ids, {{ text_list([]) }}) as achievements_met_ids,
        points.points_max_pending,
        {{ as_of() }} as computed_at
    from points
    left join achievements_met
        on points.lecture_id = achievements_met.lecture_id
        and points.user_id = achievements_met.user_id
)

select * from records
