-- When an assignment was first started, first complete, and first reached 25, 50, 75 and 100 percent (R003-121..123,
-- G003-29).
with timeline as (
    select * from {{ ref('int_assignment_timeline') }}
),

states as (
    {{ beside_the_state_before('timeline', ['assignment_id', 'student_id']) }}
),

milestones as (
    {{ first_milestones('states', ['assignment_id', 'student_id']) }}
)

select * from milestones
