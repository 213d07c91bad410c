with versions as (
    select * from {{ ref('stg_class_students_versions') }}
),

in_force as (
    select
        class_id,
        student_id,
        valid_from,
        _batch,
        _row
    from versions
    where valid_to is null
)

select * from in_force
