{# Lists that DuckDB and Spark spell differently. A published list is sorted (texts by their bytes). #}

{# The aggregate of all values that are not NULL, sorted; an empty list when there are none. #}
{% macro sorted_list(expression, where=none, distinct=false) -%}
    {{ return(adapter.dispatch('sorted_list')(expression, where, distinct)) }}
{%- endmacro %}

{% macro duckdb__sorted_list(expression, where, distinct) -%}
    coalesce(
        list_sort(list({{ 'distinct ' if distinct }}{{ expression }}) filter (
            where {{ expression }} is not null{{ ' and (' ~ where ~ ')' if where }}
        ), 'asc', 'nulls first'),
        []
    )
{%- endmacro %}

{% macro spark__sorted_list(expression, where, distinct) -%}
    array_sort({{ 'collect_set' if distinct else 'collect_list' }}({{ expression }}){{ ' filter (where ' ~ where ~ ')' if where }})
{%- endmacro %}

{# The first `count` elements. #}
{% macro first_elements(list, count) -%}
    {{ return(adapter.dispatch('first_elements')(list, count)) }}
{%- endmacro %}

{% macro duckdb__first_elements(list, count) -%}
    {{ list }}[1:{{ count }}]
{%- endmacro %}

{% macro spark__first_elements(list, count) -%}
    slice({{ list }}, 1, {{ count }})
{%- endmacro %}

{# Whether a list holds a value; NULL when either is NULL. #}
{% macro list_has(list, value) -%}
    {{ return(adapter.dispatch('list_has')(list, value)) }}
{%- endmacro %}

{% macro duckdb__list_has(list, value) -%}
    list_contains({{ list }}, {{ value }})
{%- endmacro %}

{% macro spark__list_has(list, value) -%}
    array_contains({{ list }}, {{ value }})
{%- endmacro %}

{# A list of text literals. #}
{% macro text_list(values) -%}
    {{ return(adapter.dispatch('text_list')(values)) }}
{%- endmacro %}

{% macro duckdb__text_list(values) -%}
    [{% for value in values %}'{{ value }}'{{ ', ' if not loop.last }}{% endfor %}]
{%- endmacro %}

{% macro spark__text_list(values) -%}
    array({% for value in values %}'{{ value }}'{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}

{# The aggregate of all elements of lists, each once, sorted; an empty list when there are none. #}
{% macro sorted_union(lists) -%}
    {{ return(adapter.dispatch('sorted_union')(lists)) }}
{%- endmacro %}

{% macro duckdb__sorted_union(lists) -%}
    coalesce(
        list_sort(list_distinct(flatten(list({{ lists }}) filter (where len({{ lists }}) > 0))), 'asc', 'nulls first'),
        []
    )
{%- endmacro %}

{% macro spark__sorted_union(lists) -%}
    array_sort(array_distinct(flatten(collect_list({{ lists }}))))
{%- endmacro %}

{# How many elements a list has, a BIGINT. #}
{% macro list_size(list) -%}
    {{ return(adapter.dispatch('list_size')(list)) }}
{%- endmacro %}

{% macro duckdb__list_size(list) -%}
    len({{ list }})
{%- endmacro %}

{% macro spark__list_size(list) -%}
    cast(size({{ list }}) as bigint)
{%- endmacro %}

{# The list of those texts that are not NULL, in the order given. #}
{% macro texts_that_are(expressions) -%}
    {{ return(adapter.dispatch('texts_that_are')(expressions)) }}
{%- endmacro %}

{% macro duckdb__texts_that_are(expressions) -%}
    list_filter([
        {%- for expression in expressions %}
        {{ expression }}{{ ',' if not loop.last }}
        {%- endfor %}
    ], lambda text: text is not null)
{%- endmacro %}

{% macro spark__texts_that_are(expressions) -%}
    filter(array(
        {%- for expression in expressions %}
        {{ expression }}{{ ',' if not loop.last }}
        {%- endfor %}
    ), text -> text is not null)
{%- endmacro %}
