{# Moments (TIMESTAMPTZ in UTC) as text, which DuckDB and Spark spell differently. #}

{# No moment: NULL, of a moment's type. #}
{% macro no_moment() -%}
    {{ return(adapter.dispatch('no_moment')()) }}
{%- endmacro %}

{% macro duckdb__no_moment() -%}
    cast(null as timestamptz)
{%- endmacro %}

{% macro spark__no_moment() -%}
    cast(null as timestamp)
{%- endmacro %}

{# ISO 8601 in UTC, with microseconds and `Z`. #}
{% macro iso_text(moment) -%}
    {{ return(adapter.dispatch('iso_text')(moment)) }}
{%- endmacro %}

{% macro duckdb__iso_text(moment) -%}
    strftime(timezone('UTC', {{ moment }}), '%Y-%m-%dT%H:%M:%S.%fZ')
{%- endmacro %}

{% macro spark__iso_text(moment) -%}
    date_format({{ moment }}, "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'")
{%- endmacro %}

{# The moment that a text names as landing files write timestamps (UTC without an offset, midnight without a time); NULL for none. #}
{% macro moment_of_text(text) -%}
    {%- set moment = "^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?"
        ~ "(Z|[+-]([01][0-9]|2[0-3]):?[0-5][0-9])?)?$" -%}
    {{ return(adapter.dispatch('moment_of_text')("nullif(regexp_extract(" ~ trimmed(text) ~ ", '" ~ moment ~ "', 0), '')")) }}
{%- endmacro %}

{% macro duckdb__moment_of_text(text) -%}
    try_cast({{ text }} as timestamptz)
{%- endmacro %}

{% macro spark__moment_of_text(text) -%}
    try_cast({{ text }} as timestamp)
{%- endmacro %}
