with versions as (
    {{ versions('class_students', key=['class_id', 'student_id']) }}
),

typed as (
    select
        class_id,
        student_id,
        effective_at as valid_from,
        valid_to,
        _batch,
        _row
    from versions
)

select * from typed
