{# Aggregates that DuckDB and Spark spell differently. #}

{# The value of the first row in the order of (moment, key) where a condition holds; values that are NULL do not count. #}
{% macro first_value_of(value, moment, key, where) -%}
    {{ return(adapter.dispatch('first_value_of')(value, moment, key, where)) }}
{%- endmacro %}

{% macro duckdb__first_value_of(value, moment, key, where) -%}
    arg_min({{ value }}, ({{ moment }}, {{ key }})) filter (where {{ where }})
{%- endmacro %}

{% macro spark__first_value_of(value, moment, key, where) -%}
    min_by({{ value }}, struct({{ moment }}, {{ key }})) filter (where {{ where }} and {{ value }} is not null)
{%- endmacro %}

{# The value of the last row in the order of (moment, key) where a condition holds; values that are NULL do not count. #}
{% macro last_value_of(value, moment, key, where) -%}
    {{ return(adapter.dispatch('last_value_of')(value, moment, key, where)) }}
{%- endmacro %}

{% macro duckdb__last_value_of(value, moment, key, where) -%}
    arg_max({{ value }}, ({{ moment }}, {{ key }})) filter (where {{ where }})
{%- endmacro %}

{% macro spark__last_value_of(value, moment, key, where) -%}
    max_by({{ value }}, struct({{ moment }}, {{ key }})) filter (where {{ where }} and {{ value }} is not null)
{%- endmacro %}
