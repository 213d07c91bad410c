{# Calendar arithmetic that DuckDB and Spark spell differently. Days are DATE, moments TIMESTAMPTZ. #}

{# day + days, a DATE. #}
{% macro add_days(day, days) -%}
    {{ return(adapter.dispatch('add_days')(day, days)) }}
{%- endmacro %}

{% macro duckdb__add_days(day, days) -%}
    cast({{ day }} + to_days(cast({{ days }} as integer)) as date)
{%- endmacro %}

{% macro spark__add_days(day, days) -%}
    date_add({{ day }}, cast({{ days }} as int))
{%- endmacro %}

{# Midnights between two days: 0 for the same day, negative when `last_day` is the earlier one. #}
{% macro days_between(first_day, last_day) -%}
    {{ return(adapter.dispatch('days_between')(first_day, last_day)) }}
{%- endmacro %}

{% macro duckdb__days_between(first_day, last_day) -%}
    date_diff('day', {{ first_day }}, {{ last_day }})
{%- endmacro %}

{% macro spark__days_between(first_day, last_day) -%}
    cast(datediff({{ last_day }}, {{ first_day }}) as bigint)
{%- endmacro %}

{# 1 (Monday) to 7 (Sunday). #}
{% macro iso_day_of_week(day) -%}
    {{ return(adapter.dispatch('iso_day_of_week')(day)) }}
{%- endmacro %}

{% macro duckdb__iso_day_of_week(day) -%}
    isodow({{ day }})
{%- endmacro %}

{% macro spark__iso_day_of_week(day) -%}
    cast(weekday({{ day }}) + 1 as bigint)
{%- endmacro %}

{# One row per day from `first_day` to `last_day`, both included, `step` days apart; the only generator of its select. #}
{% macro each_day(first_day, last_day, step=1) -%}
    {{ return(adapter.dispatch('each_day')(first_day, last_day, step)) }}
{%- endmacro %}

{% macro duckdb__each_day(first_day, last_day, step) -%}
    cast(unnest(generate_series(
        cast({{ first_day }} as timestamp), cast({{ last_day }} as timestamp), interval '{{ step }}' day
    )) as date)
{%- endmacro %}

{% macro spark__each_day(first_day, last_day, step) -%}
    explode(case
        when {{ first_day }} <= {{ last_day }}
            then sequence({{ first_day }}, {{ last_day }}, interval '{{ step }}' day)
    end)
{%- endmacro %}

{# The calendar day of a moment in a time zone (IANA name), by DuckDB's own rules: the same on every machine. #}
{% macro local_day(moment, timezone) -%}
    {{ return(adapter.dispatch('local_day')(moment, timezone)) }}
{%- endmacro %}

{% macro duckdb__local_day(moment, timezone) -%}
    cast(timezone({{ timezone }}, {{ moment }}) as date)
{%- endmacro %}

{% macro spark__local_day(moment, timezone) -%}
    cast(from_utc_timestamp({{ moment }}, {{ timezone }}) as date)
{%- endmacro %}

{#
    The moment at which a calendar day begins in a time zone (IANA name): where the clock shows midnight twice, the first. Since
    1970 no clock was put back across midnight by anything but three hours, two, one or half an hour.
#}
{% macro local_midnight(day, timezone) -%}
    {{ return(adapter.dispatch('local_midnight')(day, timezone)) }}
{%- endmacro %}

{% macro duckdb__local_midnight(day, timezone) -%}
    {%- set last = "timezone(" ~ timezone ~ ", cast(" ~ day ~ " as timestamp))" -%}
    case
        {%- for minutes in (180, 120, 60, 30) %}
        when timezone({{ timezone }}, {{ last }} - interval '{{ minutes }}' minute) = cast({{ day }} as timestamp)
            then {{ last }} - interval '{{ minutes }}' minute
        {%- endfor %}
        else {{ last }}
    end
{%- endmacro %}

{% macro spark__local_midnight(day, timezone) -%}
    to_utc_timestamp(cast({{ day }} as timestamp), {{ timezone }})
{%- endmacro %}

{# What a day of 24 hours has. #}
{% macro microseconds_per_day() -%}
    86400000000
{%- endmacro %}

{# Microseconds from one moment to another, a BIGINT; negative when the second is the earlier one. #}
{% macro microseconds_between(start, end) -%}
    {{ return(adapter.dispatch('microseconds_between')(start, end)) }}
{%- endmacro %}

{% macro duckdb__microseconds_between(start, end) -%}
    epoch_us({{ end }}) - epoch_us({{ start }})
{%- endmacro %}

{% macro spark__microseconds_between(start, end) -%}
    unix_micros({{ end }}) - unix_micros({{ start }})
{%- endmacro %}

{# moment + microseconds, which may be negative. #}
{% macro add_microseconds(moment, microseconds) -%}
    {{ return(adapter.dispatch('add_microseconds')(moment, microseconds)) }}
{%- endmacro %}

{% macro duckdb__add_microseconds(moment, microseconds) -%}
    {{ moment }} + to_microseconds(cast({{ microseconds }} as bigint))
{%- endmacro %}

{% macro spark__add_microseconds(moment, microseconds) -%}
    timestampadd(microsecond, cast({{ microseconds }} as bigint), {{ moment }})
{%- endmacro %}

{# The moment at which a UTC day begins. #}
{% macro midnight(day) -%}
    {{ return(adapter.dispatch('midnight')(day)) }}
{%- endmacro %}

{% macro duckdb__midnight(day) -%}
    timezone('UTC', cast({{ day }} as timestamp))
{%- endmacro %}

{% macro spark__midnight(day) -%}
    to_utc_timestamp(cast({{ day }} as timestamp), 'UTC')
{%- endmacro %}
