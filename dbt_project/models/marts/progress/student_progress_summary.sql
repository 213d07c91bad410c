with users as (
    select * from {{ ref('stg_users') }}
),

assignments as (
    select * from {{ ref('int_assignment_progress') }}
),

days as (
    select * from {{ ref('int_student_days') }}
),

concepts as (
    select * from {{ ref('concept_mastery') }}
    where mastery_level = 'mastered'
),

badges as (
    select * from {{ ref('stg_badge_awards') }}
),

risk as (
    select * from {{ ref('int_student_risk') }}
),

students as (
    select user_id as student_id from users
    where role = 'student'
    union
    select student_id from assignments
),

pooled as (
    select
        student_id,
        count(*) filter (where {{ is_active() }}) as active_assignments,
        count(*) filter (where is_complete) as completed_assignments,
        cast(sum(mastery_points) as bigint) as mastery_points,
        cast(sum(mastery_weights) as bigint) as mastery_weights
    from assignments
    group by student_id
),

activity as (
    select
        student_id,
        cast(sum(time_on_task_ms) as bigint) as total_time_on_task_ms,
        cast(sum(steps_completed) filter (where is_this_week) as bigint) as steps_completed_this_week,
        cast(sum(time_on_task_ms) filter (where is_this_week) as bigint) as time_on_task_this_week_ms,
        cast(sum(games_played) filter (where is_this_week) as bigint) as games_played_this_week,
        count(last_activity_at) filter (where activity_date > {{ add_days('today', -30) }}) as active_days,
        max(last_activity_at) as last_activity_at
    from (
        select
            *,
            cast({{ as_of() }} as date) as today,
            activity_date >= {{ week_start(as_of()) }} as is_this_week
        from days
    ) as dated
    group by student_id
),

-- Going back from the last active day, the days that lie next to each other are the streak.
streaks as (
    select
        student_id,
        count(*) as streak_days
    from (
        select
            student_id,
            activity_date,
            max(activity_date) over (partition by student_id) as last_day,
            row_number() over (
                partition by student_id
                order by activity_date desc nulls last
            ) as place
        from days
        where last_activity_at is not null
    ) as counted_back
    where last_day >= {{ add_days('cast(' ~ as_of() ~ ' as date)', -1) }}
        and {{ days_between('activity_date', 'last_day') }} = place - 1
    group by student_id
),

mastered as (
    select student_id, count(*) as concepts
    from concepts
    group by student_id
),

awarded as (
    select student_id, count(*) as badges
    from badges
    group by student_id
),

summary as (
    select
        students.student_id,
        users.organization_id,
        coalesce(risk.risk_factors, {{ text_list([]) }}) as risk_factors,
        coalesce(pooled.active_assignments, 0) as active_assignments,
        coalesce(pooled.completed_assignments, 0) as completed_assignments,
        coalesce(activity.total_time_on_task_ms, 0) as total_time_on_task_ms,
        coalesce(activity.steps_completed_this_week, 0) as steps_completed_this_week,
        coalesce(activity.time_on_task_this_week_ms, 0) as time_on_task_this_week_ms,
        coalesce(activity.games_played_this_week, 0) as games_played_this_week,
        {{ mastery_score('pooled.mastery_points', 'pooled.mastery_weights') }} as overall_mastery_score,
        coalesce(mastered.concepts, 0) as concepts_mastered_count,
        coalesce(awarded.badges, 0) as badges_earned,
        coalesce(streaks.streak_days, 0) as streak_days,
        {{ rounded_quotient('100 * coalesce(activity.active_days, 0)', '30') }} as engagement_score,
        {{ list_size('coalesce(risk.risk_factors, ' ~ text_list([]) ~ ')') }} > 0 as at_risk,
        activity.last_activity_at
    from students
    left join users
        on students.student_id = users.user_id
    left join pooled
        on students.student_id = pooled.student_id
    left join activity
        on students.student_id = activity.student_id
    left join streaks
        on students.student_id = streaks.student_id
    left join mastered
        on students.student_id = mastered.student_id
    left join awarded
        on students.student_id = awarded.student_id
    left join risk
        on students.student_id = risk.student_id
)

select * from summary
