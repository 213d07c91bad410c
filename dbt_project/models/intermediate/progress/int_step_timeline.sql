-- The replay of steps: everything that counted for a step of a student, in order, each with the facts of its moment and
-- what it added to them. Within each period of the step (and each stretch in which the same steps' events count for it)
-- it starts anew, with all that happened before at the period's first moment. Milestones, events, snapshots and the
-- risk of earlier days are read from it.
with events as (
    select * from {{ ref('int_step_events') }}
    where event_type <> 'progress_reviewed'
),

completions as (
    select * from {{ ref('int_step_completions') }}
    where cause = 'free_play'
),

sources as (
    select distinct step_id, student_id, counts_from, counts_to from {{ ref('int_step_sources') }}
),

periods as (
    select * from {{ ref('int_step_periods') }}
),

targets as (
    select * from {{ ref('int_step_targets') }}
),

-- A reconciled free play is one more score, at the moment of its reconciliation.
happenings as (
    select
        step_id,
        student_id,
        step_event_id as source_id,
        event_type,
        case when event_type = 'attempted' then score end as score,
        case when {{ is_activity() }} then coalesce(time_on_task_ms, 0) else 0 end as time_spent_ms,
        is_own,
        occurred_at,
        counts_from,
        counts_to
    from events
    union all
    select
        completions.step_id,
        completions.student_id,
        completions.free_play_score_id,
        'reconciled',
        completions.original_score,
        0,
        false,
        completions.completed_at,
        sources.counts_from,
        sources.counts_to
    from completions
    left join sources
        on completions.step_id = sources.step_id
        and completions.student_id = sources.student_id
),

-- What happened before the step was the student's counts from the first moment at which it is.
in_periods as (
    select
        happenings.*,
        periods.assignment_id,
        periods.target_score,
        periods.weight_units,
        periods.is_required,
        {{ score_units('happenings.score') }} as score_units,
        greatest(periods.valid_from, happenings.counts_from) as period_from,
        least(periods.valid_to, happenings.counts_to) as period_to,
        greatest(happenings.occurred_at, periods.valid_from, happenings.counts_from) as valid_from
    from happenings
    inner join periods
        on happenings.step_id = periods.step_id
        and happenings.student_id = periods.student_id
    where coalesce(
        greatest(happenings.occurred_at, periods.valid_from, happenings.counts_from)
        < least(periods.valid_to, happenings.counts_to),
        true
    )
),

-- Facts are those of the moment, whatever else happened at it; what a row adds is what it adds to the rows before it. Of
-- the rows of one moment only the sum of that is used; their order is that of their ids, so that two builds are the same.
replayed as (
    select
        *,
        count(case when event_type = 'attempted' then 1 end) over so_far as attempt_count,
        count(score) over so_far as score_count,
        coalesce(cast(sum(score_units) over so_far as bigint), 0) as score_sum,
        coalesce(cast(sum(score_units * score_units) over so_far as bigint), 0) as score_square_sum,
        max(score) over so_far as best_score,
        cast(sum(time_spent_ms) over so_far as bigint) as time_on_task_ms,
        min(case when {{ is_activity() }} then valid_from end) over so_far as begun_at,
        count(case when {{ is_activity() }} then 1 end) over before_it as before_activities,
        max(score_units) over before_it as before_best_units,
        count(score) over before_it as before_score_count,
        coalesce(cast(sum(score_units) over before_it as bigint), 0) as before_score_sum,
        coalesce(cast(sum(score_units * score_units) over before_it as bigint), 0) as before_score_square_sum,
        coalesce(
            lead(valid_from) over (
                partition by step_id, student_id, period_from
                order by valid_from asc nulls last, source_id asc nulls last, event_type asc nulls last
            ),
            period_to
        ) as valid_to
    from in_periods
    window
        so_far as (
            partition by step_id, student_id, period_from
            order by valid_from asc nulls last
            range between unbounded preceding and current row
        ),
        before_it as (
            partition by step_id, student_id, period_from
            order by valid_from asc nulls last, source_id asc nulls last, event_type asc nulls last
            rows between unbounded preceding and 1 preceding
        )
),

added as (
    select
        *,
        before_score_count + 1 as after_score_count,
        before_score_sum + score_units as after_score_sum,
        before_score_square_sum + score_units * score_units as after_score_square_sum
    from replayed
),

timeline as (
    select
        added.step_id,
        added.student_id,
        added.assignment_id,
        added.source_id,
        added.event_type,
        added.score,
        {{ target_of_student('added.target_score') }} as target_score,
        added.attempt_count,
        added.score_count,
        added.score_sum,
        added.score_square_sum,
        added.best_score,
        added.time_on_task_ms,
        case when {{ is_activity() }} and added.before_activities = 0 then 1 else 0 end as begun_added,
        added.time_spent_ms as time_added,
        case
            when added.score is not null
                then added.weight_units
                    * (greatest(added.score_units, added.before_best_units) - coalesce(added.before_best_units, 0))
            else 0
        end as points_added,
        case
            when added.score is not null and added.before_best_units is null and not added.is_required
                then added.weight_units
            else 0
        end as weights_added,
        case
            when added.score is not null
                then {{ judged_consistency('added.after_') }} - {{ judged_consistency('added.before_') }}
            else 0
        end as consistency_added,
        case
            when added.score is not null
                then {{ has_judged_consistency('added.after_') }} - {{ has_judged_consistency('added.before_') }}
            else 0
        end as consistencies_added,
        added.is_own,
        added.begun_at,
        added.occurred_at,
        added.period_from,
        added.period_to,
        added.valid_from,
        added.valid_to
    from added
    left join targets
        on added.step_id = targets.step_id
        and added.student_id = targets.student_id
        and added.counts_from is not distinct from targets.counts_from
        and (targets.valid_from is null or targets.valid_from <= added.valid_from)
        and (targets.valid_to is null or targets.valid_to > added.valid_from)
)

select * from timeline
