with versions as (
    select * from {{ ref('stg_assessments_versions') }}
),

in_force as (
    select
        assessment_id,
        lecture_id,
        title,
        kind,
        max_points,
        due_at,
        is_archived,
        valid_from,
        _batch,
        _row
    from versions
    where valid_to is null
)

select * from in_force
