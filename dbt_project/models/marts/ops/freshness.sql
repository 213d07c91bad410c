with last_moments as (
    {%- for contract in event_contracts() %}
    select
        '{{ contract }}' as contract,
        max(occurred_at) as last_occurred_at
    from {{ ref('stg_' ~ contract) }}

    union all
    {%- endfor %}
    {%- for contract in entity_contracts() %}
    select
        '{{ contract }}' as contract,
        max(valid_from) as last_occurred_at
    from {{ ref('stg_' ~ contract ~ '_versions') }}
    {{- '\n\n    union all' if not loop.last }}
    {%- endfor %}
),

last_acceptances as (
    select
        accounting.contract,
        max_by(batches.committed_at, batches.batch) as last_ingested_at
    from {{ ref('stg_ledger_accounting') }} as accounting
    inner join {{ ref('stg_ledger_batches') }} as batches
        on accounting.batch = batches.batch
    where accounting.accepted > 0
    group by accounting.contract
),

freshness as (
    select
        last_moments.contract,
        last_moments.last_occurred_at,
        last_acceptances.last_ingested_at,
        -- Signals count in every run; a threshold decides only when a week has closed.
        case
            when last_moments.contract = 'kpi_thresholds' then 'lagged'
            else 'near_real_time'
        end as class
    from last_moments
    left join last_acceptances
        on last_moments.contract = last_acceptances.contract
)

select * from freshness
