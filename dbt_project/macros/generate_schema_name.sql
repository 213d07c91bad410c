{# A layer's or seed's schema is the configured name as it is; a mart's is the folder it lies in, its domain. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- if custom_schema_name -%}
        {{ custom_schema_name | trim }}
    {%- elif 'marts' in node.fqn -%}
        {{ node.fqn[node.fqn.index('marts') + 1] }}
    {%- else -%}
        {{ target.schema }}
    {%- endif -%}
{%- endmacro %}
