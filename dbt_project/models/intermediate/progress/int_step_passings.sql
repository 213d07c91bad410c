-- Which steps pass by which: an optional step, and a step of higher position in force in the same assignment, for as
-- long as both are so (R003-86, G003-09). Equal positions do not pass by.
with steps as (
    select * from {{ ref('int_step_versions') }}
),

passings as (
    select
        steps.step_id,
        higher_steps.step_id as higher_step_id,
        steps.assignment_id,
        {{ common_stretch('steps', 'higher_steps') }}
    from steps
    inner join steps as higher_steps
        on steps.assignment_id = higher_steps.assignment_id
        and steps.position < higher_steps.position
        and {{ overlap('steps', 'higher_steps') }}
    where not steps.is_required
)

select * from passings
