-- The user, what was done outside of the assignments' steps of today, and badges; the lines behind assignments come with them.
with users as (
    select users.*
    from shown
    inner join staging.stg_users as users
        on shown.student_id = users.user_id
),

activities as (
    select events.*
    from shown
    inner join staging.stg_step_events as events
        on shown.student_id = events.student_id
    where events.event_type in ('started', 'attempted')
        and events.step_id in (select step_id from staging.stg_steps_versions)
),

plays as (
    select plays.*
    from shown
    inner join staging.stg_free_play_scores as plays
        on shown.student_id = plays.student_id
    where plays.game_id not in (
        select game_id from staging.stg_games_versions group by game_id having count(*) = count(valid_to)
    )
),

games as (
    select games.*
    from staging.stg_games as games
    where games.game_id in (select game_id from plays)
),

badges as (
    select badges.*
    from shown
    inner join staging.stg_badge_awards as badges
        on shown.student_id = badges.student_id
),

signals as (
    select 'users' as contract, _batch, _row, valid_from as moment, user_id || ': who it is, and the organization' as what
    from users
    union all
    select 'step_events', _batch, _row, occurred_at, step_event_id || ': activity on ' || step_id
    from activities
    union all
    select 'free_play_scores', _batch, _row, occurred_at, free_play_score_id || ': free play of ' || game_id
    from plays
    union all
    select 'games', _batch, _row, valid_from, game_id || ': the game'
    from games
    union all
    select 'badge_awards', _batch, _row, occurred_at, badge_award_id || ': badge ' || badge
    from badges
)

select * from signals
