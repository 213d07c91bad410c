with quarantine as (
    select * from {{ ref('stg_ledger_quarantine') }}
),

without_addresses as (
    select
        contract,
        file_hash,
        line,
        file,
        reasons,
        case
            when contract = 'users'
                then {{ replace_matches('raw', '[^ ,;:"|@]*((@|＠|﹫|.u0040) ?)+(.?")?[^ ,;"|@\\\\]+', '(e-mail)') }}
            else {{ replace_matches('raw', '[^ ,;:"|@]+@[^ ,;"|@]+[.][^ ,;"|@]+', '(e-mail)') }}
        end as raw,
        batch
    from quarantine
)

select * from without_addresses
