-- The versions in force that place the step and make it the student's, and the events that count for it.
with steps as (
    select versions.*
    from (select distinct step_id from shown) as asked
    inner join staging.stg_steps_versions as versions
        on asked.step_id = versions.step_id
    qualify row_number() over (
        partition by versions.step_id
        order by versions.valid_from desc nulls last
    ) = 1
),

-- The last version has an end only if a tombstone ended it.
removals as (
    select tombstones.*
    from steps
    inner join raw.steps as tombstones
        on steps.step_id = tombstones.step_id
        and steps.valid_to = tombstones.effective_at
),

games as (
    select games.*
    from staging.stg_games as games
    where games.game_id in (select game_id from steps)
),

assignments as (
    select assignments.*
    from staging.stg_assignments as assignments
    where assignments.assignment_id in (select assignment_id from shown)
),

assignment_students as (
    select students.*
    from (select distinct assignment_id, student_id from shown) as asked
    inner join staging.stg_assignment_students as students
        on asked.assignment_id = students.assignment_id
        and asked.student_id = students.student_id
),

completions as (
    select
        completions.*,
        shown.assignment_id
    from shown
    inner join intermediate.int_step_completions as completions
        on shown.step_id = completions.step_id
        and shown.student_id = completions.student_id
),

-- What was re-mapped to the step counts for a while; what counted when it was completed still completed it.
counted as (
    select distinct
        events.step_event_id,
        shown.step_id
    from shown
    inner join intermediate.int_step_events as events
        on shown.step_id = events.step_id
        and shown.student_id = events.student_id
    where events.event_type in ('started', 'attempted', 'completed_by_teacher', 'target_adjusted')
        and (
            events.counts_to is null
            or (
                shown.completed_at < events.counts_to
                and coalesce(shown.completed_at >= events.counts_from, true)
                and shown.completed_at >= events.occurred_at
            )
        )
),

events as (
    select
        events.*,
        case when counted.step_id <> events.step_id then ', counts for ' || counted.step_id else '' end as counts_for
    from counted
    inner join staging.stg_step_events as events
        on counted.step_event_id = events.step_event_id
),

plays as (
    select
        plays.*,
        completions.step_id
    from completions
    inner join staging.stg_free_play_scores as plays
        on completions.free_play_score_id = plays.free_play_score_id
),

passed as (
    select * from completions
    where cause = 'passed'
),

-- An optional step was passed by at the moment of what happened on a higher one.
passing_events as (
    select
        events.*,
        passed.step_id as passed_step_id
    from passed
    inner join intermediate.int_step_passings as passings
        on passed.step_id = passings.step_id
        and passed.assignment_id = passings.assignment_id
    inner join staging.stg_step_events as events
        on passings.higher_step_id = events.step_id
        and passed.student_id = events.student_id
        and passed.completed_at = events.occurred_at
    where events.event_type in ('started', 'attempted', 'completed_by_teacher')
),

passing_plays as (
    select
        plays.*,
        passed.step_id as passed_step_id
    from passed
    inner join intermediate.int_step_passings as passings
        on passed.step_id = passings.step_id
        and passed.assignment_id = passings.assignment_id
    inner join intermediate.int_step_completions as higher
        on passings.higher_step_id = higher.step_id
        and passed.student_id = higher.student_id
        and passed.completed_at = higher.completed_at
    inner join staging.stg_free_play_scores as plays
        on higher.free_play_score_id = plays.free_play_score_id
),

signals as (
    select 'steps' as contract, _batch, _row, valid_from as moment, step_id || ': the step' as what
    from steps
    union all
    select 'steps', _batch, _row, effective_at, step_id || ': removed'
    from removals
    union all
    select
        'games', _batch, _row, valid_from,
        game_id || case when is_deprecated then ': the game, deprecated' else ': the game' end
    from games
    union all
    select 'assignments', _batch, _row, valid_from, assignment_id || ': the assignment'
    from assignments
    union all
    select 'assignment_students', _batch, _row, valid_from, assignment_id || ' is ' || student_id || '''s'
    from assignment_students
    union all
    select
        'step_events', _batch, _row, occurred_at,
        step_event_id || ': ' || event_type || coalesce(' ' || format('{:.12g}', cast(score as double)), '')
            || coalesce(' to ' || format('{:.12g}', cast(target_score as double)), '') || ' on ' || step_id || counts_for
    from events
    union all
    select
        'free_play_scores', _batch, _row, occurred_at,
        free_play_score_id || ': free play of ' || format('{:.12g}', cast(score as double)) || ' completes ' || step_id
    from plays
    union all
    select
        'step_events', _batch, _row, occurred_at,
        step_event_id || ': ' || event_type || ' on ' || step_id || ', passes ' || passed_step_id || ' by'
    from passing_events
    union all
    select
        'free_play_scores', _batch, _row, occurred_at,
        free_play_score_id || ': free play of ' || format('{:.12g}', cast(score as double)) || ', passes ' || passed_step_id || ' by'
    from passing_plays
)

select * from signals
