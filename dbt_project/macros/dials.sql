{#
    The two dials of a run: n, how much of the ledger is known, and as_of, the moment it is judged at.
    Only staging turns them (`events`, `changes`, `versions`, and `ledger_position()` for the ledger's own books); everything
    after it asks `as_of()` for "today".
#}

{# The moment that everything is judged at (TIMESTAMPTZ), as a scalar subquery. #}
{% macro as_of() -%}
    (select as_of from {{ source('ops', 'run') }})
{%- endmacro %}

{# The moment from which the last `days` x 24 hours count, itself no part of them. #}
{% macro days_ago(days) -%}
    {{ add_microseconds(as_of(), '-' ~ microseconds_per_day() ~ ' * ' ~ days) }}
{%- endmacro %}

{# The last ledger batch that this run reads, as a scalar subquery. #}
{% macro ledger_position() -%}
    (select n from {{ source('ops', 'run') }})
{%- endmacro %}

{#
    Whether a row is known at the ledger's position and `moment` has come. It is one condition, where two comparisons would
    say the same: of each of them DuckDB expects that it leaves few rows, and plans for twenty million as for twenty
    thousand. What is landed is never NULL in either.
#}
{% macro is_known_and_past(moment) -%}
    case when _batch <= {{ ledger_position() }} then {{ moment }} <= {{ as_of() }} else false end
{%- endmacro %}

{# The rows of an event contract that are known and have happened. #}
{% macro events(contract) -%}
    select *
    from {{ source('raw', contract) }}
    where {{ is_known_and_past('occurred_at') }}
{%- endmacro %}

{# Everything known and begun that was said about an entity: its versions and the tombstones that end them. #}
{% macro changes(contract) -%}
    select *
    from {{ source('raw', contract) }}
    where {{ is_known_and_past('effective_at') }}
{%- endmacro %}

{#
    The versions of an entity contract that are known and have begun, each with `valid_to`, the moment the
    next one begins (NULL = open). A tombstone ends the version before it and is no version itself.
    (key, effective_at) is unique in the ledger, so the window's order is total.
#}
{% macro versions(contract, key) -%}
    select * from (
        select
            *,
            lead(effective_at) over (
                partition by {{ key | join(', ') }}
                order by effective_at nulls last
            ) as valid_to
        from ({{ changes(contract) }}) as known_and_begun
    ) as version_or_tombstone
    where not is_deleted
{%- endmacro %}
