-- What could have completed a step, each cause at its first moment: a score that reaches the target then, a teacher's
-- word, a free play, the step's removal. Nothing completes before the step is the student's; what happened earlier is
-- judged then (R003-83..85, 133).
with events as (
    select * from {{ ref('int_step_events') }}
    where event_type in ('attempted', 'completed_by_teacher')
),

steps as (
    select * from {{ ref('int_step_versions') }}
),

targets as (
    select * from {{ ref('int_step_targets') }}
),

stretches as (
    select * from {{ ref('int_assignment_stretches') }}
),

reconciliations as (
    select * from {{ ref('int_step_reconciliations') }}
),

removals as (
    select * from {{ ref('int_step_removals') }}
),

-- An event is held against every target that its step ever has, ...
reasons as (
    select
        events.step_id,
        events.student_id,
        steps.assignment_id,
        events.event_type,
        events.is_own,
        greatest(events.occurred_at, events.counts_from, steps.valid_from, targets.valid_from) as holds_from,
        least(events.counts_to, steps.valid_to, targets.valid_to) as holds_to
    from events
    inner join steps
        on events.step_id = steps.step_id
    left join targets
        on events.step_id = targets.step_id
        and events.student_id = targets.student_id
        and events.counts_from is not distinct from targets.counts_from
    where events.event_type = 'completed_by_teacher'
        or {{ reaches('events.score', target_of_student('steps.target_score')) }}
),

-- ... and is a cause from the first moment at which that target is in force and the step is the student's.
causes_by_events as (
    select
        reasons.step_id,
        reasons.student_id,
        case reasons.event_type
            when 'attempted' then case when reasons.is_own then 'score' else 'remapped_score' end
            else case when reasons.is_own then 'override' else 'remapped_override' end
        end as cause,
        greatest(reasons.holds_from, stretches.valid_from) as moment
    from reasons
    inner join stretches
        on reasons.assignment_id = stretches.assignment_id
        and reasons.student_id = stretches.student_id
    where coalesce(
        greatest(reasons.holds_from, stretches.valid_from) < least(reasons.holds_to, stretches.valid_to), true
    )
),

causes as (
    select * from causes_by_events
    union all
    select step_id, student_id, 'free_play', judged_at from reconciliations
    union all
    select step_id, student_id, 'removal', removed_at from removals
),

earliest as (
    select
        step_id,
        student_id,
        min(moment) as completed_at,
        {%- for cause in step_causes() %}
        min(moment) filter (where cause = '{{ cause }}') as {{ cause }}_at{{ ',' if not loop.last }}
        {%- endfor %}
    from causes
    group by step_id, student_id
)

select * from earliest
