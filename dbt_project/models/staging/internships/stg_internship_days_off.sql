with versions as (
    select * from {{ ref('stg_internship_days_off_versions') }}
),

in_force as (
    select
        internship_instance_id,
        day,
        reason,
        valid_from,
        _batch,
        _row
    from versions
    where valid_to is null
)

select * from in_force
