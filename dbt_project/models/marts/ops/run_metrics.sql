{#- A view, so that the checks, which run after it is built, are in it when it is published. -#}
{{ config(materialized='view') }}

with run_metrics as (
    select * from {{ ref('stg_run_metrics') }}
)

select * from run_metrics
