-- When a student had started or completed a step, for the steps that were removed and those that bear on them: for good, or
-- only as long as a removed step's work counts for it, where that does not complete it. It decides whether a removed step's
-- events count for its successor (R003-132), so that it cannot ask what they do there: it follows them here, from one
-- removal to the next.
with recursive removals as (
    select * from {{ ref('int_step_removals') }}
),

successors as (
    select * from {{ ref('int_step_successors') }}
),

steps as (
    select * from {{ ref('int_step_versions') }}
),

stretches as (
    select * from {{ ref('int_assignment_stretches') }}
),

passings as (
    select * from {{ ref('int_step_passings') }}
),

step_events as (
    select * from {{ ref('stg_step_events') }}
),

plays as (
    select * from {{ ref('int_step_judged_plays') }}
),

-- All steps that were ever in an assignment that lost one.
neighbours as (
    select distinct step_id
    from steps
    where assignment_id in (select assignment_id from removals)
),

students_who_lost_one as (
    select distinct student_id
    from removals
),

events as (
    select * from step_events
    where student_id in (select student_id from students_who_lost_one)
),

work as (
    select * from events
    where {{ is_activity() }} or event_type = 'completed_by_teacher'
),

-- Which steps pass by which, as long as the student has both: by the removed ones, and by those that may themselves pass by
-- one that comes later. For all others it is enough that whatever passes a step by passes those below it by as well.
held_passings as (
    select
        passings.step_id,
        passings.higher_step_id,
        stretches.student_id,
        {{ common_stretch('passings', 'stretches') }}
    from passings
    inner join stretches
        on passings.assignment_id = stretches.assignment_id
        and {{ overlap('passings', 'stretches') }}
    where stretches.student_id in (select student_id from students_who_lost_one)
        and passings.step_id in (select step_id from neighbours)
        and (
            passings.step_id in (select step_id from removals)
            or exists (
                select 1 from passings as later
                where later.higher_step_id = passings.step_id
                    and later.valid_from > passings.valid_from
            )
        )
),

-- What shows by itself that a student has begun a step: work, a teacher's word, a free play that is enough, a removal.
signs as (
    select step_id, student_id, occurred_at as moment
    from work
    union all
    select step_id, student_id, judged_at
    from plays
    where {{ reaches('score', 'target_score') }}
    union all
    select step_id, student_id, removed_at
    from removals
),

begun_by_itself as (
    select
        step_id,
        student_id,
        min(moment) as valid_from
    from signs
    where student_id in (select student_id from students_who_lost_one)
        and (
            step_id in (select step_id from removals)
            or step_id in (select higher_step_id from held_passings)
        )
    group by step_id, student_id
),

passed_directly as (
    select
        held_passings.step_id,
        held_passings.student_id,
        greatest(begun_by_itself.valid_from, held_passings.valid_from) as valid_from
    from held_passings
    inner join begun_by_itself
        on held_passings.higher_step_id = begun_by_itself.step_id
        and held_passings.student_id = begun_by_itself.student_id
        and (held_passings.valid_to is null or held_passings.valid_to > begun_by_itself.valid_from)
),

first_begun as (
    select
        step_id,
        student_id,
        min(valid_from) as valid_from
    from (
        select * from begun_by_itself
        union all
        select * from passed_directly
    ) as begun
    group by step_id, student_id
),

first_work as (
    select
        step_id,
        student_id,
        min(occurred_at) as occurred_at
    from work
    where step_id in (select step_id from removals)
    group by step_id, student_id
),

-- Where a removed step has a successor: since when the work on it, if there is any, counts for that one.
counted as (
    select
        removals.step_id as removed_step_id,
        removals.student_id,
        removals.removed_at,
        successors.step_id,
        greatest(successors.valid_from, first_work.occurred_at) as valid_from,
        successors.valid_to
    from removals
    inner join successors
        on removals.step_id = successors.removed_step_id
        and removals.removed_at = successors.removed_at
    inner join first_work
        on removals.step_id = first_work.step_id
        and removals.student_id = first_work.student_id
        and (successors.valid_to is null or successors.valid_to > first_work.occurred_at)
),

events_on_both as (
    select * from events
    where step_id in (select step_id from counted)
        or step_id in (select removed_step_id from counted)
),

-- Whether it is enough to complete that one may change with every event on either step, and with the step's versions.
changes as (
    select counted.*, events.occurred_at as changed_at
    from counted
    inner join events_on_both as events
        on events.step_id in (counted.step_id, counted.removed_step_id)
        and counted.student_id = events.student_id
    union
    select counted.*, steps.valid_from
    from counted
    inner join steps
        on counted.step_id = steps.step_id
),

worth as (
    select
        changes.removed_step_id,
        changes.student_id,
        changes.removed_at,
        changes.step_id,
        changes.valid_from,
        greatest(changes.valid_from, changes.changed_at) as moment,
        max(events.score) filter (
            where events.event_type = 'attempted' and events.step_id = changes.removed_step_id
        ) as best_score,
        max_by(events.target_score, (events.occurred_at, events.step_event_id)) filter (
            where events.event_type = 'target_adjusted'
        ) as adjusted_target,
        bool_or(events.event_type = 'completed_by_teacher') as is_overridden
    from changes
    inner join events_on_both as events
        on events.step_id in (changes.step_id, changes.removed_step_id)
        and changes.student_id = events.student_id
        and events.occurred_at <= greatest(changes.valid_from, changes.changed_at)
    where changes.valid_to is null or changes.valid_to > changes.changed_at
    group by all
),

completing as (
    select distinct
        worth.removed_step_id,
        worth.student_id,
        worth.removed_at,
        worth.step_id,
        worth.valid_from
    from worth
    inner join steps
        on worth.step_id = steps.step_id
        and {{ is_in_force('steps', 'worth.moment') }}
    where worth.is_overridden
        or {{ reaches('worth.best_score', 'coalesce(worth.adjusted_target, steps.target_score)') }}
),

-- How one step's being begun begins another: a higher one's at any moment of a stretch, by passing it by, for good; a
-- removed one's just before its removal, by what was done on it, as long as that counts or for good.
links as (
    select
        higher_step_id as source_step_id,
        student_id,
        step_id,
        valid_from as begins_at,
        {{ no_moment() }} as ends_at,
        valid_from,
        valid_to
    from held_passings
    union all
    select
        counted.removed_step_id,
        counted.student_id,
        counted.step_id,
        counted.valid_from,
        case when completing.step_id is null then counted.valid_to end,
        {{ add_microseconds('counted.removed_at', -1) }},
        counted.removed_at
    from counted
    left join completing
        on counted.removed_step_id = completing.removed_step_id
        and counted.student_id = completing.student_id
        and counted.removed_at = completing.removed_at
        and counted.step_id = completing.step_id
        and counted.valid_from = completing.valid_from
),

begun as (
    select
        step_id,
        student_id,
        valid_from,
        {{ no_moment() }} as valid_to
    from first_begun
    union
    select
        links.step_id,
        links.student_id,
        greatest(begun.valid_from, links.begins_at),
        links.ends_at
    from begun
    inner join links
        on begun.step_id = links.source_step_id
        and begun.student_id = links.student_id
        and {{ overlap('begun', 'links') }}
    left join first_begun
        on links.step_id = first_begun.step_id
        and links.student_id = first_begun.student_id
    where coalesce(greatest(begun.valid_from, links.begins_at) < first_begun.valid_from, true)
)

select * from begun
