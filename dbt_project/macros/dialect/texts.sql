{# Text that DuckDB and Spark spell differently. #}

{# A text with every match of a regular expression replaced. #}
{% macro replace_matches(text, pattern, replacement) -%}
    {{ return(adapter.dispatch('replace_matches')(text, pattern, replacement)) }}
{%- endmacro %}

{% macro duckdb__replace_matches(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{% macro spark__replace_matches(text, pattern, replacement) -%}
    regexp_replace({{ text }}, r'{{ pattern }}', '{{ replacement }}')
{%- endmacro %}

{# The SHA-256 of a text's UTF-8 bytes, as lower-case hex. #}
{% macro sha256_hex(text) -%}
    {{ return(adapter.dispatch('sha256_hex')(text)) }}
{%- endmacro %}

{% macro duckdb__sha256_hex(text) -%}
    sha256({{ text }})
{%- endmacro %}

{% macro spark__sha256_hex(text) -%}
    sha2({{ text }}, 256)
{%- endmacro %}

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
