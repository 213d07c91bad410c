with versions as (
    select * from {{ ref('stg_skills_versions') }}
),

in_force as (
    select
        skill_id,
        skill_name,
        category,
        valid_from,
        _batch,
        _row
    from versions
    where valid_to is null
)

select * from in_force
