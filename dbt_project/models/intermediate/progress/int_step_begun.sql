-- Since when a student has started or completed a step, for the steps that were removed and those that bear on them. It
-- decides whether a removed step's events count for its successor (R003-132), so that it cannot ask what they do there: it
-- follows them here, from one removal to the next. A step that was begun stays so, even where all that was done on it was
-- re-mapped work that ceased to count.
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

events as (
    select * from {{ ref('stg_step_events') }}
    where {{ is_activity() }} or event_type = 'completed_by_teacher'
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
    from events
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
    from events
    where step_id in (select step_id from removals)
    group by step_id, student_id
),

-- How one step's being begun begins another: a higher one's at any moment of a stretch, by passing it by; a removed one's
-- at its removal, by what was done on it.
links as (
    select
        higher_step_id as source_step_id,
        student_id,
        step_id,
        valid_from as begins_at,
        valid_to as needed_before
    from held_passings
    union all
    select
        removals.step_id,
        removals.student_id,
        successors.step_id,
        greatest(successors.valid_from, first_work.occurred_at),
        removals.removed_at
    from removals
    inner join successors
        on removals.step_id = successors.removed_step_id
        and removals.removed_at = successors.removed_at
    inner join first_work
        on removals.step_id = first_work.step_id
        and removals.student_id = first_work.student_id
        and (successors.valid_to is null or successors.valid_to > first_work.occurred_at)
),

begun as (
    select step_id, student_id, valid_from
    from first_begun
    union
    select
        links.step_id,
        links.student_id,
        greatest(begun.valid_from, links.begins_at)
    from begun
    inner join links
        on begun.step_id = links.source_step_id
        and begun.student_id = links.student_id
        and (links.needed_before is null or links.needed_before > begun.valid_from)
    left join first_begun
        on links.step_id = first_begun.step_id
        and links.student_id = first_begun.student_id
    where coalesce(greatest(begun.valid_from, links.begins_at) < first_begun.valid_from, true)
),

earliest as (
    select
        step_id,
        student_id,
        min(valid_from) as begun_at
    from begun
    group by step_id, student_id
)

select * from earliest
