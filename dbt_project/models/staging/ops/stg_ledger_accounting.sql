with known as (
    select
        batch,
        contract,
        rows_read,
        accepted,
        duplicates,
        quarantined,
        files
    from {{ source('raw', 'ledger_accounting') }}
    where batch <= {{ ledger_position() }}
)

select * from known
