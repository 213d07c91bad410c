with versions as (
    select * from {{ ref('stg_internships_versions') }}
),

in_force as (
    select
        internship_instance_id,
        user_id,
        employer_id,
        organization_id,
        starts_on,
        ends_on,
        workdays,
        timezone,
        valid_from,
        _batch,
        _row
    from versions
    where valid_to is null
)

select * from in_force
