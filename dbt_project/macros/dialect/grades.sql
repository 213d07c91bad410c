{# What a tutor typed, read as data. #}

{# A text without the white space around it (Unicode's property White_Space, as the contracts trim); NULL when nothing is left. #}
{% macro trimmed(text) -%}
    {{ return(adapter.dispatch('trimmed')(text)) }}
{%- endmacro %}

{% macro duckdb__trimmed(text) -%}
    nullif(regexp_replace({{ text }}, '^[\s\v\x{85}\p{Z}]+|[\s\v\x{85}\p{Z}]+$', '', 'g'), '')
{%- endmacro %}

{% macro spark__trimmed(text) -%}
    nullif(regexp_replace({{ text }}, r'^[\s\x0B\x{85}\p{Z}]+|[\s\x0B\x{85}\p{Z}]+$', ''), '')
{%- endmacro %}
