{# What stands before a domain, also as JSON may escape it. #}
{%- set at = '(@|＠|﹫|.u0040|.uff20|.ufe6b)' -%}
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
                then {{ replace_matches(
                    replace_matches('raw', '"email"\\s*:\\s*"([^"\\\\]|\\\\.)*"', '"email":"(e-mail)"'),
                    '(?i)[^ ,;:"|@]*(' ~ at ~ ' ?)+(.?")?([^ ,;"|@\\\\]|.u[0-9a-f]{4})+',
                    '(e-mail)'
                ) }}
            else {{ replace_matches('raw', '(?i)[^ ,;:"|@]+' ~ at ~ '[^ ,;"|@]+[.][^ ,;"|@]+', '(e-mail)') }}
        end as raw,
        batch
    from quarantine
)

select * from without_addresses
