with timeline as (
    select * from {{ ref('int_assignment_timeline') }}
),

milestones as (
    {{ first_milestones('timeline', ['assignment_id', 'student_id']) }}
)

select * from milestones
