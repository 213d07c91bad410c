-- What the state, the target and the completion of the step were worked out from.
with work as (
    select work.*
    from shown
    inner join intermediate.int_step_work as work
        on shown.step_id = work.step_id
        and shown.student_id = work.student_id
    where work.counts_to is null
),

completions as (
    select completions.*
    from shown
    inner join intermediate.int_step_completions as completions
        on shown.step_id = completions.step_id
        and shown.student_id = completions.student_id
),

placed as (
    select step_students.*
    from shown
    inner join intermediate.int_step_students as step_students
        on shown.step_id = step_students.step_id
        and shown.student_id = step_students.student_id
        and shown.assignment_id = step_students.assignment_id
),

events as (
    select events.*
    from shown
    inner join intermediate.int_step_events as events
        on shown.step_id = events.step_id
        and shown.student_id = events.student_id
    where events.counts_to is null
),

scores as (
    select list(cast(score as double) order by occurred_at asc nulls last, step_event_id asc nulls last) as scores
    from events
    where event_type = 'attempted'
),

times as (
    select list(time_on_task_ms order by occurred_at asc nulls last, step_event_id asc nulls last) as times_ms
    from events
    where event_type in ('started', 'attempted') and time_on_task_ms is not null
),

thresholds as (
    select
        cast(max(value) filter (where threshold = 'learning_below_share_of_target') as double) as learning_below_share_of_target,
        cast(max(value) filter (where threshold = 'mastered_below_consistency') as double) as mastered_below_consistency
    from policy.progress_thresholds
),

terms as (
    select
        completions.cause as completion_cause,
        completions.free_play_score_id,
        cast(placed.target_score as double) as target_of_the_step,
        coalesce(scores.scores, []) as attempted_scores,
        coalesce(scores.scores, []) || case
            when shown.original_score is null then [] else [shown.original_score]
        end as scores,
        coalesce(times.times_ms, []) as times_ms,
        work.first_score,
        thresholds.learning_below_share_of_target,
        thresholds.mastered_below_consistency,
        placed.is_required
    from shown
    cross join scores
    cross join times
    cross join thresholds
    left join placed
        on true
    left join work
        on true
    left join completions
        on true
)

select * from terms
