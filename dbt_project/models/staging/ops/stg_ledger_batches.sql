with known as (
    select
        batch,
        committed_at,
        hash
    from {{ source('raw', 'ledger_batches') }}
    where batch <= {{ ledger_position() }}
)

select * from known
