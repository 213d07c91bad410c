with versions as (
    {{ versions('assignment_students', key=['assignment_id', 'student_id']) }}
),

typed as (
    select
        assignment_id,
        student_id,
        assigned_at,
        due_at,
        effective_at as valid_from,
        valid_to,
        _batch,
        _row
    from versions
)

select * from typed
