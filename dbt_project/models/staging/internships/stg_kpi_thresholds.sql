with versions as (
    select * from {{ ref('stg_kpi_thresholds_versions') }}
),

in_force as (
    select
        kpi_threshold_id,
        organization_id,
        internship_instance_id,
        metric,
        min_value,
        max_value,
        valid_from,
        _batch,
        _row
    from versions
    where valid_to is null
)

select * from in_force
