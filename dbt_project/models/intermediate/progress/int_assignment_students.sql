-- Which assignments are whose, over time: a version of `assignment_students` and one of the assignment are in force.
-- Only their validity decides that; the dates inside say when it starts and is due. `planned_us` is the planned time in
-- microseconds, which may be longer than any date can say, and NULL without an end (R003-103, G003-17).
with assignments as (
    select * from {{ ref('int_assignment_versions') }}
),

students as (
    select * from {{ ref('stg_assignment_students_versions') }}
),

together as (
    select
        assignments.assignment_id,
        students.student_id,
        assignments.sequence_id,
        assignments.position,
        assignments.estimated_us,
        assignments.is_archived,
        coalesce(students.assigned_at, assignments.created_at) as starts_at,
        coalesce(students.due_at, assignments.due_at) as due_at,
        {{ common_stretch('assignments', 'students') }}
    from assignments
    inner join students
        on assignments.assignment_id = students.assignment_id
        and {{ overlap('assignments', 'students') }}
),

timed as (
    select
        assignment_id,
        student_id,
        sequence_id,
        position,
        coalesce({{ microseconds_between('starts_at', 'due_at') }}, estimated_us) as planned_us,
        is_archived,
        starts_at,
        due_at,
        valid_from,
        valid_to
    from together
)

select * from timed
