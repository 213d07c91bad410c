with versions as (
    select * from {{ ref('stg_lectures_versions') }}
),

in_force as (
    select
        lecture_id,
        organization_id,
        title,
        teacher_id,
        valid_from,
        _batch,
        _row
    from versions
    where valid_to is null
)

select * from in_force
