{# Whole numbers that DuckDB and Spark spell differently: of up to 38 digits, exact. #}

{# A whole number as one that does not overflow when it is multiplied. #}
{% macro whole(expression) -%}
    {{ return(adapter.dispatch('whole')(expression)) }}
{%- endmacro %}

{% macro duckdb__whole(expression) -%}
    cast({{ expression }} as hugeint)
{%- endmacro %}

{% macro spark__whole(expression) -%}
    cast({{ expression }} as decimal(38, 0))
{%- endmacro %}

{# numerator / denominator of whole numbers >= 0 without the remainder. #}
{% macro whole_quotient(numerator, denominator) -%}
    {{ return(adapter.dispatch('whole_quotient')(numerator, denominator)) }}
{%- endmacro %}

{% macro duckdb__whole_quotient(numerator, denominator) -%}
    ({{ numerator }}) // ({{ denominator }})
{%- endmacro %}

{% macro spark__whole_quotient(numerator, denominator) -%}
    ({{ numerator }}) div ({{ denominator }})
{%- endmacro %}
