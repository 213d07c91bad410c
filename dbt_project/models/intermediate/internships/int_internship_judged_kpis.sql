{# The three breadths of a threshold, the most specific first. Scopes are compared as they landed. #}
{% set scopes = [
    'thresholds.internship_instance_id = kpis.internship_instance_id
            and (thresholds.organization_id is null or thresholds.organization_id = kpis.organization_id)',
    'thresholds.internship_instance_id is null and thresholds.organization_id = kpis.organization_id',
    'thresholds.internship_instance_id is null and thresholds.organization_id is null',
] %}

with kpis as (
    select * from {{ ref('int_internship_kpis') }}
),

thresholds as (
    select * from {{ ref('stg_kpi_thresholds_versions') }}
),

in_force_when_judged as (
    {%- for scope in scopes %}
    select
        kpis.internship_instance_id,
        thresholds.kpi_threshold_id,
        kpis.span,
        kpis.metric,
        cast(thresholds.min_value as double) as min_value,
        cast(thresholds.max_value as double) as max_value,
        {{ loop.index }} as breadth,
        kpis.period_start
    from kpis
    inner join thresholds
        on kpis.metric = thresholds.metric
        and {{ scope }}
        and {{ is_in_force('thresholds', 'kpis.judged_at') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

most_specific as (
    select * from in_force_when_judged
    qualify row_number() over (
        partition by internship_instance_id, span, metric, period_start
        order by breadth asc nulls last, kpi_threshold_id asc nulls last
    ) = 1
),

judged as (
    select
        kpis.internship_instance_id,
        most_specific.kpi_threshold_id,
        kpis.span,
        kpis.metric,
        kpis.value,
        most_specific.min_value,
        most_specific.max_value,
        kpis.period_start
    from kpis
    left join most_specific
        on kpis.internship_instance_id = most_specific.internship_instance_id
        and kpis.span = most_specific.span
        and kpis.metric = most_specific.metric
        and kpis.period_start = most_specific.period_start
)

select * from judged
