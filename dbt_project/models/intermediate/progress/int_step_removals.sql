-- Steps that were removed while a student had them: placed nowhere any more, with the assignment still the student's.
-- `was_begun` says whether the student had started or completed it just before, which decides whether its events may
-- count for its successor (R003-132, 133).
with steps as (
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
),

plays as (
    select * from {{ ref('int_step_judged_plays') }}
),

placements as (
    select
        *,
        lead(valid_from) over (
            partition by step_id
            order by valid_from asc nulls last
        ) as placed_again_at
    from steps
),

-- A step is removed where it is placed nowhere from then on, until it is placed again.
removals as (
    select
        placements.step_id,
        stretches.student_id,
        placements.assignment_id,
        placements.element_id,
        placements.stage,
        placements.target_score,
        placements.valid_to as removed_at,
        placements.placed_again_at,
        stretches.valid_from as had_from
    from placements
    inner join stretches
        on placements.assignment_id = stretches.assignment_id
        and stretches.valid_from < placements.valid_to
        and (stretches.valid_to is null or stretches.valid_to > placements.valid_to)
    where placements.valid_to is not null
        and (placements.placed_again_at is null or placements.placed_again_at > placements.valid_to)
),

-- What shows that a student has begun a step or completed it, each at its first moment.
signs as (
    select
        step_id,
        student_id,
        min(moment) as first_at
    from (
        select step_id, student_id, occurred_at as moment
        from events
        where {{ is_activity() }} or event_type = 'completed_by_teacher'
        union all
        select step_id, student_id, judged_at
        from plays
        where {{ reaches('score', 'target_score') }}
    ) as moments
    where step_id in (select step_id from removals)
        or step_id in (select higher_step_id from passings where step_id in (select step_id from removals))
    group by step_id, student_id
),

passed_by as (
    select distinct
        removals.step_id,
        removals.student_id,
        removals.removed_at
    from removals
    inner join passings
        on removals.step_id = passings.step_id
    inner join signs
        on passings.higher_step_id = signs.step_id
        and removals.student_id = signs.student_id
    where greatest(signs.first_at, passings.valid_from, removals.had_from)
        < least(passings.valid_to, removals.removed_at)
),

judged as (
    select
        removals.step_id,
        removals.student_id,
        removals.assignment_id,
        removals.element_id,
        removals.stage,
        removals.target_score,
        coalesce(signs.first_at < removals.removed_at, false)
            or passed_by.step_id is not null
            or row_number() over (
                partition by removals.step_id, removals.student_id
                order by removals.removed_at asc nulls last
            ) > 1 as was_begun,
        removals.removed_at,
        removals.placed_again_at
    from removals
    left join signs
        on removals.step_id = signs.step_id
        and removals.student_id = signs.student_id
    left join passed_by
        on removals.step_id = passed_by.step_id
        and removals.student_id = passed_by.student_id
        and removals.removed_at = passed_by.removed_at
)

select * from judged
