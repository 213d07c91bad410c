with versions as (
    {{ versions('kpi_thresholds', key=['kpi_threshold_id']) }}
),

typed as (
    select
        kpi_threshold_id,
        organization_id,
        internship_instance_id,
        metric,
        {{ decimal_of_float('min_value') }} as min_value,
        {{ decimal_of_float('max_value') }} as max_value,
        effective_at as valid_from,
        valid_to,
        _batch,
        _row
    from versions
)

select * from typed
