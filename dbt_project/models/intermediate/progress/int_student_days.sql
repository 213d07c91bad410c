-- What a student did and completed on each UTC day, as it is known today; `last_activity_at` is NULL on a day of
-- completions alone. A step stays known when it is removed; a free play of a game that was deleted is no activity.
with events as (
    select * from {{ ref('stg_step_events') }}
    where {{ is_activity() }}
),

steps as (
    select * from {{ ref('stg_steps_versions') }}
),

games as (
    select * from {{ ref('stg_games') }}
),

game_versions as (
    select * from {{ ref('stg_games_versions') }}
),

plays as (
    select * from {{ ref('stg_free_play_scores') }}
),

progress as (
    select * from {{ ref('step_progress') }}
    where completed_at is not null
),

completions as (
    select * from {{ ref('int_step_completions') }}
),

-- A step stays known when it is removed, and keeps the game of its last version.
known_steps as (
    select
        last_versions.step_id,
        games.game_id is not null as has_game
    from (
        select step_id, game_id
        from steps
        qualify row_number() over (partition by step_id order by valid_from desc nulls last) = 1
    ) as last_versions
    left join games
        on last_versions.game_id = games.game_id
),

work as (
    select
        events.student_id,
        cast(events.occurred_at as date) as activity_date,
        count(*) filter (where events.event_type = 'attempted') as attempts,
        count(*) filter (where events.event_type = 'attempted' and known_steps.has_game) as games_played,
        cast(sum({{ score_units('events.score') }}) filter (where events.event_type = 'attempted') as bigint) as score_sum,
        cast(sum(events.time_on_task_ms) as bigint) as time_on_task_ms,
        0 as steps_completed,
        0 as removed_steps_completed,
        max(events.occurred_at) as last_activity_at
    from events
    inner join known_steps
        on events.step_id = known_steps.step_id
    group by events.student_id, activity_date
),

deleted_games as (
    select game_id
    from game_versions
    group by game_id
    having count(*) = count(valid_to)
),

free_play as (
    select
        plays.student_id,
        cast(plays.occurred_at as date) as activity_date,
        0 as attempts,
        count(*) as games_played,
        0 as score_sum,
        cast(sum(plays.time_on_task_ms) as bigint) as time_on_task_ms,
        0 as steps_completed,
        0 as removed_steps_completed,
        max(plays.occurred_at) as last_activity_at
    from plays
    left join deleted_games
        on plays.game_id = deleted_games.game_id
    where deleted_games.game_id is null
    group by plays.student_id, activity_date
),

-- Of a removed step counts what had completed it before it was removed.
completed as (
    select
        progress.student_id,
        cast(progress.completed_at as date) as activity_date,
        0 as attempts,
        0 as games_played,
        0 as score_sum,
        0 as time_on_task_ms,
        count(*) filter (where not progress.is_removed) as steps_completed,
        count(*) filter (where progress.is_removed) as removed_steps_completed,
        {{ no_moment() }} as last_activity_at
    from progress
    left join completions
        on progress.is_removed
        and progress.step_id = completions.step_id
        and progress.student_id = completions.student_id
    where coalesce(completions.cause <> 'removal', true)
    group by progress.student_id, activity_date
),

together as (
    select
        student_id,
        activity_date,
        {%- for count in [
            'attempts', 'games_played', 'score_sum', 'time_on_task_ms', 'steps_completed', 'removed_steps_completed',
        ] %}
        coalesce(cast(sum({{ count }}) as bigint), 0) as {{ count }},
        {%- endfor %}
        max(last_activity_at) as last_activity_at
    from (
        select * from work
        union all
        select * from free_play
        union all
        select * from completed
    ) as parts
    group by student_id, activity_date
)

select * from together
