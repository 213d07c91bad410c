{# Formulas of the records domain. #}

{# Whether a domain of the internet is another one or a subdomain of it; both in lower case. #}
{% macro is_within(domain, other) -%}
    ({{ domain }} = {{ other }} or right({{ domain }}, length({{ other }}) + 1) = '.' || {{ other }})
{%- endmacro %}
