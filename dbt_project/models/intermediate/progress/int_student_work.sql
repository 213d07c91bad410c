-- A student's time and last activity, as known at each moment of int_student_moments.
with activity as (
    select * from {{ ref('int_student_activity') }}
),

moments as (
    select * from {{ ref('int_student_moments') }}
),

entries as (
    select
        student_id,
        false as is_asked_for,
        time_on_task_ms,
        case when valid_to is null then last_activity_at end as last_activity_at,
        valid_from as moment
    from activity
    union all
    select student_id, false, -time_on_task_ms, null, valid_to
    from activity
    where valid_to is not null
    union all
    select student_id, true, 0, null, moment
    from moments
),

states as (
    select
        student_id,
        is_asked_for,
        cast(sum(time_on_task_ms) over so_far as bigint) as total_time_on_task_ms,
        max(last_activity_at) over so_far as last_activity_at,
        moment
    from entries
    window so_far as (
        partition by student_id
        order by moment asc nulls last
        range between unbounded preceding and current row
    )
),

-- Free plays of a game that was deleted later were activity until then.
while_the_game_was_there as (
    select
        moments.student_id,
        max(activity.last_activity_at) as last_activity_at,
        moments.moment
    from activity
    inner join moments
        on activity.student_id = moments.student_id
        and {{ is_in_force('activity', 'moments.moment') }}
    where activity.valid_to is not null
    group by moments.student_id, moments.moment
),

work as (
    select
        states.student_id,
        states.total_time_on_task_ms,
        greatest(states.last_activity_at, while_the_game_was_there.last_activity_at) as last_activity_at,
        states.moment
    from states
    left join while_the_game_was_there
        on states.student_id = while_the_game_was_there.student_id
        and states.moment = while_the_game_was_there.moment
    where states.is_asked_for
)

select * from work
