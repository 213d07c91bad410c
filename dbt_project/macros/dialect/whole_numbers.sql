{# Whole numbers beyond BIGINT, which DuckDB and Spark spell differently. #}

{# A whole number as the engine's widest: its products stay exact up to 10^38. #}
{% macro widest(expression) -%}
    {{ return(adapter.dispatch('widest')(expression)) }}
{%- endmacro %}

{% macro duckdb__widest(expression) -%}
    cast({{ expression }} as hugeint)
{%- endmacro %}

{% macro spark__widest(expression) -%}
    cast({{ expression }} as decimal(38, 0))
{%- endmacro %}

{# numerator / denominator of whole numbers without the remainder: rounded towards zero. #}
{% macro whole_quotient(numerator, denominator) -%}
    {{ return(adapter.dispatch('whole_quotient')(numerator, denominator)) }}
{%- endmacro %}

{% macro duckdb__whole_quotient(numerator, denominator) -%}
    (({{ numerator }}) // ({{ denominator }}))
{%- endmacro %}

{% macro spark__whole_quotient(numerator, denominator) -%}
    (({{ numerator }}) div ({{ denominator }}))
{%- endmacro %}

{# The exact quotient of two widest numbers, rounded half up to a whole one; numerator >= 0, denominator > 0. #}
{% macro rounded_whole_quotient(numerator, denominator) -%}
    {{ whole_quotient('2 * (' ~ numerator ~ ') + (' ~ denominator ~ ')', '2 * (' ~ denominator ~ ')') }}
{%- endmacro %}
