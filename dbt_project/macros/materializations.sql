{#
    How a table and a view replace the one before: in one transaction, under their own names. dbt's own materializations
    build beside it, rename twice and drop, which costs as much again as a small model; the transaction already keeps the
    old one whole when a build fails. Hooks and grants are not run, so a model that has any does not build.
#}

{% materialization table, adapter="duckdb" %}
    {%- do refuse_what_is_not_run() -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- call statement('main') -%}
        {{ drop_existing(target) }}
        {{ create_table_as(False, target, compiled_code) }}
    {%- endcall -%}
    {% do create_indexes(target) %}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% materialization view, adapter="duckdb" %}
    {%- do refuse_what_is_not_run() -%}
    {%- set target = this.incorporate(type='view') -%}
    {%- call statement('main') -%}
        {{ drop_existing(target) }}
        {{ create_view_as(target, compiled_code) }}
    {%- endcall -%}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% macro refuse_what_is_not_run() -%}
    {%- if pre_hooks or post_hooks or config.get('grants') -%}
        {{ exceptions.raise_compiler_error(
            "hooks and grants are not run here (macros/materializations.sql); take them out of '" ~ model.name ~ "'"
        ) }}
    {%- endif -%}
{%- endmacro %}

{% macro drop_existing(target) -%}
    {%- set existing = load_cached_relation(target) -%}
    {%- if existing is not none -%}
        drop {{ existing.type }} {{ existing }};
    {%- endif -%}
{%- endmacro %}
