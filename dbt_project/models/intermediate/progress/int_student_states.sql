-- How a student was doing at each moment of int_student_moments: the assignments of that moment, pooled, and the risk
-- by the same formulas as today's.
with moments as (
    select * from {{ ref('int_student_moments') }}
),

states as (
    select * from {{ ref('int_assignment_states') }}
),

assignment_students as (
    select * from {{ ref('int_assignment_students') }}
),

users as (
    select * from {{ ref('stg_users_versions') }}
    where role = 'student'
),

work as (
    select * from {{ ref('int_student_work') }}
),

recent as (
    select * from {{ ref('int_student_recent_scores') }}
),

struggles as (
    select * from {{ ref('int_student_struggles') }}
),

assignments as (
    select
        moments.student_id,
        moments.moment,
        states.assignment_id,
        states.mastery_points,
        states.mastery_weights,
        states.consistency_sum,
        states.consistencies,
        assignment_students.is_archived,
        {{ is_complete('states.') }} as is_complete,
        assignment_students.starts_at,
        {{ gap_columns('moments.moment', 'states.', 'assignment_students.') }}
    from moments
    inner join states
        on moments.student_id = states.student_id
        and moments.moment = states.moment
    inner join assignment_students
        on states.assignment_id = assignment_students.assignment_id
        and states.student_id = assignment_students.student_id
        and {{ is_in_force('assignment_students', 'moments.moment') }}
),

active_and_behind as (
    select
        student_id,
        moment,
        {{ of_largest_gap('assignment_id', is_behind_pace()) }} as gap_assignment_id,
        {{ of_largest_gap('gap_part', is_behind_pace()) }} as gap_part,
        {{ of_largest_gap('gap_whole', is_behind_pace()) }} as gap_whole,
        count(*) as active_assignments,
        min(starts_at) as first_start_at
    from assignments
    where {{ is_active() }}
    group by student_id, moment
),

pooled as (
    select
        student_id,
        moment,
        count(*) filter (where is_complete) as completed_assignments,
        cast(sum(mastery_points) as bigint) as mastery_points,
        cast(sum(mastery_weights) as bigint) as mastery_weights,
        sum(consistency_sum) filter (where not is_archived) as consistency_sum,
        sum(consistencies) filter (where not is_archived) as consistencies
    from assignments
    group by student_id, moment
),

facts as (
    select
        moments.student_id,
        active_and_behind.gap_assignment_id,
        active_and_behind.gap_part,
        active_and_behind.gap_whole,
        coalesce(active_and_behind.active_assignments, 0) as active_assignments,
        coalesce(pooled.completed_assignments, 0) as completed_assignments,
        pooled.mastery_points,
        pooled.mastery_weights,
        pooled.consistency_sum,
        pooled.consistencies,
        recent.recent_score_sum,
        recent.recent_scores,
        struggles.stuck_attempts,
        {{ microseconds_between(
            'case when active_and_behind.student_id is not null then '
                ~ idle_since('work.last_activity_at', 'active_and_behind.first_start_at') ~ ' end',
            'moments.moment'
        ) }} as idle_us,
        {{ microseconds_between('work.last_activity_at', 'moments.moment') }} as since_activity_us,
        work.total_time_on_task_ms,
        users.user_id is not null or pooled.student_id is not null as is_student,
        moments.is_day_end,
        moments.is_daily,
        moments.is_weekly,
        moments.moment
    from moments
    left join pooled
        on moments.student_id = pooled.student_id
        and moments.moment = pooled.moment
    left join active_and_behind
        on moments.student_id = active_and_behind.student_id
        and moments.moment = active_and_behind.moment
    left join work
        on moments.student_id = work.student_id
        and moments.moment = work.moment
    left join recent
        on moments.student_id = recent.student_id
        and moments.moment = recent.moment
    left join struggles
        on moments.student_id = struggles.student_id
        and moments.moment = struggles.moment
    left join users
        on moments.student_id = users.user_id
        and {{ is_in_force('users', 'moments.moment') }}
),

judged as (
    select
        student_id,
        gap_assignment_id,
        {{ risk_factors() }} as risk_factors,
        gap_part,
        gap_whole,
        active_assignments,
        completed_assignments,
        {{ mastery_score('mastery_points', 'mastery_weights') }} as overall_mastery_score,
        coalesce(total_time_on_task_ms, 0) as total_time_on_task_ms,
        {{ whole_quotient('since_activity_us', microseconds_per_day()) }} as days_since_activity,
        is_student,
        is_day_end,
        is_daily,
        is_weekly,
        moment
    from facts
)

select * from judged
