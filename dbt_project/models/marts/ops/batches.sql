with batches as (
    select * from {{ ref('stg_ledger_batches') }}
),

accounting as (
    select * from {{ ref('stg_ledger_accounting') }}
),

totals as (
    select
        batch,
        cast(sum(rows_read) as bigint) as rows_read,
        cast(sum(accepted) as bigint) as accepted,
        cast(sum(duplicates) as bigint) as duplicates,
        cast(sum(quarantined) as bigint) as quarantined,
        cast(sum(files) as bigint) as files
    from accounting
    group by batch
),

batches_with_totals as (
    select
        batches.batch,
        batches.committed_at,
        batches.hash,
        coalesce(totals.rows_read, 0) as rows_read,
        coalesce(totals.accepted, 0) as accepted,
        coalesce(totals.duplicates, 0) as duplicates,
        coalesce(totals.quarantined, 0) as quarantined,
        coalesce(totals.files, 0) as files
    from batches
    left join totals
        on batches.batch = totals.batch
)

select * from batches_with_totals
