{# Moments (TIMESTAMPTZ in UTC) as text, which DuckDB and Spark spell differently. #}

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
