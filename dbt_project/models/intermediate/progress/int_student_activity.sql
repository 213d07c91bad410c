-- What a student did per UTC day, and since when and until when it is known: an event on a step counts once the step
-- has been in force, a free play but while its game is deleted. What happened at a day's first microsecond has a row of
-- its own, for the midnight that asks sees it.
with events as (
    select * from {{ ref('stg_step_events') }}
    where {{ is_activity() }}
),

plays as (
    select * from {{ ref('stg_free_play_scores') }}
),

known_steps as (
    {{ known_steps() }}
),

-- A game that is not there yet takes nothing from its plays.
games as (
    select
        game_id,
        case when lag(valid_to) over of_game is not null then valid_from end as valid_from,
        valid_to
    from ({{ stretches(ref('stg_games_versions'), key=['game_id']) }}) as stretches
    window of_game as (
        partition by game_id
        order by valid_from asc nulls last
    )
),

activities as (
    select
        events.student_id,
        events.time_on_task_ms,
        events.occurred_at,
        known_steps.known_from,
        {{ no_moment() }} as known_to
    from events
    inner join known_steps
        on events.step_id = known_steps.step_id
    union all
    select
        plays.student_id,
        plays.time_on_task_ms,
        plays.occurred_at,
        games.valid_from,
        games.valid_to
    from plays
    left join games
        on plays.game_id = games.game_id
    where games.valid_to is null
        or games.valid_to > plays.occurred_at
),

-- A day is told apart only into its first moment and the rest: nobody asks for what lies in between.
dated as (
    select
        student_id,
        cast(occurred_at as date) as activity_date,
        time_on_task_ms,
        occurred_at,
        case
            when known_from > occurred_at then known_from
            when occurred_at > {{ midnight('activity_date') }} then {{ add_microseconds(midnight('activity_date'), 1) }}
            else occurred_at
        end as valid_from,
        known_to as valid_to
    from activities
),

days as (
    select
        student_id,
        activity_date,
        coalesce(cast(sum(time_on_task_ms) as bigint), 0) as time_on_task_ms,
        max(occurred_at) as last_activity_at,
        valid_from,
        valid_to
    from dated
    group by student_id, activity_date, valid_from, valid_to
)

select * from days
