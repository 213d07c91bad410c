with projects as (
    select * from {{ ref('stg_projects_versions') }}
),

declarations as (
    select * from {{ ref('stg_project_skills_versions') }}
),

skills as (
    select * from {{ ref('stg_skills_versions') }}
),

-- least() passes over NULL: of ends that are open all but one, the one that is not ends the stretch.
in_common as (
    select
        declarations.project_id,
        declarations.skill_id,
        greatest(projects.valid_from, declarations.valid_from, skills.valid_from) as valid_from,
        least(projects.valid_to, declarations.valid_to, skills.valid_to) as valid_to
    from declarations
    inner join projects
        on declarations.project_id = projects.project_id
    inner join skills
        on declarations.skill_id = skills.skill_id
),

stretches as (
    select *
    from in_common
    where valid_from < valid_to
        or valid_to is null
)

select * from stretches
