-- Steps that were removed while a student had them: placed nowhere any more, with the assignment still the student's
-- (R003-133).
with steps as (
    select * from {{ ref('int_step_versions') }}
),

stretches as (
    select * from {{ ref('int_assignment_stretches') }}
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
        placements.placed_again_at
    from placements
    inner join stretches
        on placements.assignment_id = stretches.assignment_id
        and stretches.valid_from < placements.valid_to
        and (stretches.valid_to is null or stretches.valid_to > placements.valid_to)
    where placements.valid_to is not null
        and (placements.placed_again_at is null or placements.placed_again_at > placements.valid_to)
)

select * from removals
