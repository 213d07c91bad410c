-- The rows of step_progress: the steps in force of the assignments that are a student's, and the removed ones.
with steps as (
    select * from {{ ref('int_step_versions') }}
    where valid_to is null
),

assignment_students as (
    select * from {{ ref('int_assignment_students') }}
    where valid_to is null
),

removals as (
    select * from {{ ref('int_step_removals') }}
    where placed_again_at is null
),

in_force as (
    select
        steps.step_id,
        assignment_students.student_id,
        steps.assignment_id,
        steps.position,
        steps.target_score,
        steps.is_required,
        false as is_removed
    from steps
    inner join assignment_students
        on steps.assignment_id = assignment_students.assignment_id
),

removed as (
    select
        removals.step_id,
        removals.student_id,
        removals.assignment_id,
        cast(null as bigint) as position,
        removals.target_score,
        false as is_required,
        true as is_removed
    from removals
    inner join assignment_students
        on removals.assignment_id = assignment_students.assignment_id
        and removals.student_id = assignment_students.student_id
),

step_students as (
    select * from in_force
    union all
    select * from removed
)

select * from step_students
