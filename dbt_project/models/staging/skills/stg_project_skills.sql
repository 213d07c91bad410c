with versions as (
    select * from {{ ref('stg_project_skills_versions') }}
),

in_force as (
    select
        project_id,
        skill_id,
        valid_from,
        _batch,
        _row
    from versions
    where valid_to is null
)

select * from in_force
