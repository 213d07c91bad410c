with kpis as (
    select * from {{ ref('int_internship_kpis') }}
),

thresholds as (
    select * from {{ ref('stg_kpi_thresholds_versions') }}
),

of_the_internship as (
    select
        kpis.internship_instance_id,
        kpis.span,
        kpis.metric,
        kpis.period_start,
        kpis.judged_at,
        thresholds.* exclude (internship_instance_id, organization_id, metric),
        1 as breadth,
    from kpis
    inner join thresholds
        on kpis.metric = thresholds.metric
        and kpis.internship_instance_id = thresholds.internship_instance_id
        and coalesce(thresholds.organization_id = kpis.organization_id, thresholds.organization_id is null)
)

select * from of_the_internship
