with versions as (
    select * from {{ ref('stg_classes_versions') }}
),

in_force as (
    select
        class_id,
        organization_id,
        teacher_id,
        name,
        valid_from,
        _batch,
        _row
    from versions
    where valid_to is null
)

select * from in_force
