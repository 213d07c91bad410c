with versions as (
    select * from {{ ref('stg_skills_versions') }}
),

latest as (
    select
        skill_id,
        skill_name,
        category
    from versions
    qualify row_number() over (
        partition by skill_id
        order by valid_from desc nulls last
    ) = 1
)

select * from latest
