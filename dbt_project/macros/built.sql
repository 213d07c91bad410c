{#
    A run of Cairn notes in `ops.built` what it built, and the next one stands on that. The note goes whenever dbt begins
    to build, also by hand and with other code, and a run takes it again when all is built.
#}
{% macro withdraw_built() -%}
    {%- set built = adapter.get_relation(target.database, 'ops', 'built') if execute else none -%}
    {%- if built is not none -%}
        delete from {{ built }}
    {%- endif -%}
{%- endmacro %}
