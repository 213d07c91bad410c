with versions as (
    select * from {{ ref('stg_rules_versions') }}
),

in_force as (
    select
        rule_id,
        lecture_id,
        min_percentage,
        min_points_absolute,
        active,
        valid_from,
        _batch,
        _row
    from versions
    where valid_to is null
)

select * from in_force
