{# JSON objects as text, with the keys in the order given; every value's expression is JSON itself and never NULL. #}

{# `members` are pairs of (key, expression); those of `optional`, which stand last, are left out where theirs is NULL. #}
{% macro json_object(members, optional=[]) -%}
    concat({% for key, value in members %}{{ "'{" if loop.first else ", '," }}"{{ key }}":', {{ value }}{% endfor %}
        {%- for key, value in optional %}, coalesce(',"{{ key }}":' || {{ value }}, ''){% endfor %}, '}')
{%- endmacro %}

{# Any text, escaped as JSON wants it. #}
{% macro json_of_text(text) -%}
    coalesce({{ json_string(text) }}, 'null')
{%- endmacro %}

{% macro json_of_integer(number) -%}
    coalesce(cast({{ number }} as varchar), 'null')
{%- endmacro %}

{# A DOUBLE or DECIMAL without an exponent and without trailing zeros. #}
{% macro json_of_number(number) -%}
    coalesce({{ plain_number(number) }}, 'null')
{%- endmacro %}

{% macro json_of_boolean(truth) -%}
    case when {{ truth }} then 'true' when not {{ truth }} then 'false' else 'null' end
{%- endmacro %}
