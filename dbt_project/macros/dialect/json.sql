{# JSON, which DuckDB and Spark spell differently. An object is text, as `raw` holds it. #}

{# A text as a JSON string; NULL for NULL. #}
{% macro json_string(text) -%}
    {{ return(adapter.dispatch('json_string')(text)) }}
{%- endmacro %}

{% macro duckdb__json_string(text) -%}
    cast(to_json({{ text }}) as varchar)
{%- endmacro %}

{% macro spark__json_string(text) -%}
    substr(to_json(array({{ text }})), 2, length(to_json(array({{ text }}))) - 2)
{%- endmacro %}
