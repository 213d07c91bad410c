with accounting as (
    select * from {{ ref('stg_ledger_accounting') }}
)

select * from accounting
