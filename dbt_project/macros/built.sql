{#
    A run of Cairn notes in `ops.built` what it built, and the next one stands on that. The note goes whenever dbt begins
    to build, also by hand and with other code, and a run takes it again when all is built. The catalog is asked: dbt's
    cache holds only the schemas of what is selected.
#}
{% macro withdraw_built() -%}
    {%- if execute -%}
        {%- set found = run_query(
            "select 1 from information_schema.tables where table_schema = 'ops' and table_name = 'built'"
        ) -%}
        {%- if found | length > 0 -%} delete from ops.built {%- endif -%}
    {%- endif -%}
{%- endmacro %}
