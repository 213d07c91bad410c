-- Which step a removed one's events would count for: the one step in force of its assignment that has its element and
-- stage, as long as there is exactly one (R003-132). A NULL element or stage is like nothing.
with removals as (
    select * from {{ ref('int_step_removals') }}
),

steps as (
    select * from {{ ref('int_step_versions') }}
),

removed_steps as (
    select distinct step_id, assignment_id, element_id, stage, removed_at, placed_again_at
    from removals
),

-- The steps in force that are like a removed one, each as long as it is.
alike as (
    select
        removed_steps.step_id as removed_step_id,
        removed_steps.removed_at,
        steps.step_id,
        greatest(steps.valid_from, removed_steps.removed_at) as valid_from,
        least(steps.valid_to, removed_steps.placed_again_at) as valid_to
    from removed_steps
    inner join steps
        on removed_steps.assignment_id = steps.assignment_id
        and removed_steps.element_id = steps.element_id
        and removed_steps.stage = steps.stage
        and (steps.valid_to is null or steps.valid_to > removed_steps.removed_at)
        and (removed_steps.placed_again_at is null or removed_steps.placed_again_at > steps.valid_from)
),

pieces as (
    select
        removed_step_id,
        removed_at,
        moment as valid_from,
        lead(moment) over (
            partition by removed_step_id, removed_at
            order by moment asc nulls last
        ) as valid_to
    from (
        select removed_step_id, removed_at, valid_from as moment from alike
        union
        select removed_step_id, removed_at, valid_to from alike
        where valid_to is not null
    ) as edges
),

successors as (
    select
        pieces.removed_step_id,
        pieces.removed_at,
        min(alike.step_id) as step_id,
        pieces.valid_from,
        pieces.valid_to
    from pieces
    inner join alike
        on pieces.removed_step_id = alike.removed_step_id
        and pieces.removed_at = alike.removed_at
        and {{ is_in_force('alike', 'pieces.valid_from') }}
    group by pieces.removed_step_id, pieces.removed_at, pieces.valid_from, pieces.valid_to
    having count(*) = 1
)

select * from successors
