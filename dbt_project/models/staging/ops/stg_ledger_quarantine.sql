with known as (
    select
        batch,
        contract,
        file_hash,
        line,
        file,
        reasons,
        raw
    from {{ source('raw', 'ledger_quarantine') }}
    where batch <= {{ ledger_position() }}
)

select * from known
