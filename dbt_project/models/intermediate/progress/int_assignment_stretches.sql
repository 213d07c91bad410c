with stretches as (
    {{ stretches(ref('int_assignment_students'), key=['assignment_id', 'student_id']) }}
)

select * from stretches
