-- Steps added to, removed from or deprecated in an assignment, for every student who has it both just before and then
-- (R003-131..141). A step that moves is removed from one and added to another.
with steps as (
    select * from {{ ref('int_step_versions') }}
),

stretches as (
    select * from {{ ref('int_assignment_stretches') }}
),

edges as (
    select
        step_id,
        assignment_id,
        replaced_by_game_id,
        is_deprecated,
        valid_from,
        valid_to,
        coalesce(lag(assignment_id) over versions = assignment_id and lag(valid_to) over versions = valid_from, false)
            as was_there_before,
        coalesce(lag(is_deprecated) over versions, false) as was_deprecated_before,
        coalesce(lead(assignment_id) over versions = assignment_id and lead(valid_from) over versions = valid_to, false)
            as is_there_after
    from steps
    window versions as (
        partition by step_id
        order by valid_from asc nulls last
    )
),

changes as (
    select step_id, assignment_id, cast(null as varchar) as replaced_by_game_id, 'added' as change, valid_from as moment
    from edges
    where not was_there_before
    union all
    select step_id, assignment_id, null, 'removed', valid_to
    from edges
    where valid_to is not null and not is_there_after
    union all
    select step_id, assignment_id, replaced_by_game_id, 'deprecated', valid_from
    from edges
    where was_there_before and is_deprecated and not was_deprecated_before
),

-- For whom the assignment was there just before, and still is.
of_students as (
    select
        changes.step_id,
        stretches.student_id,
        changes.assignment_id,
        changes.replaced_by_game_id,
        changes.change,
        changes.moment
    from changes
    inner join stretches
        on changes.assignment_id = stretches.assignment_id
        and changes.moment > stretches.valid_from
        and (stretches.valid_to is null or changes.moment < stretches.valid_to)
)

select * from of_students
