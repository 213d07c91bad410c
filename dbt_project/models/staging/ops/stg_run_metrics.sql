with run_metrics as (
    select
        run_id,
        metric,
        dimension,
        value
    from {{ source('raw', 'run_metrics') }}
)

select * from run_metrics
