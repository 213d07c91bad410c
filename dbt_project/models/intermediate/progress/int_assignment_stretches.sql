-- For how long a student has an assignment without a gap, whatever its versions are in between.
with stretches as (
    {{ stretches(ref('int_assignment_students'), key=['assignment_id', 'student_id']) }}
)

select * from stretches
