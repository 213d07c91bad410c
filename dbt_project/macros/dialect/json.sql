{# JSON, which DuckDB and Spark spell differently. An object is text, as `raw` holds it. #}

{# A list of texts as a JSON array; NULL for NULL. #}
{% macro json_array(texts) -%}
    {{ return(adapter.dispatch('json_array')(texts)) }}
{%- endmacro %}

{% macro duckdb__json_array(texts) -%}
    cast(to_json({{ texts }}) as varchar)
{%- endmacro %}

{% macro spark__json_array(texts) -%}
    to_json({{ texts }})
{%- endmacro %}

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
