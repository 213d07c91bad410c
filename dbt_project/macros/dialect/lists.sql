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

{#
    The aggregate of the `count` rows that come last by `order_by` (columns, together a total order), the last one first,
    each as a struct of `columns`, which hold those of `order_by`.
#}
{% macro last_rows(columns, order_by, count) -%}
    {{ return(adapter.dispatch('last_rows')(columns, order_by, count)) }}
{%- endmacro %}

{% macro duckdb__last_rows(columns, order_by, count) -%}
    list_transform(
        max(struct_pack({{ (order_by + columns | reject('in', order_by) | list) | join(', ') }}), {{ count }}),
        lambda last_row: struct_pack(
            {%- for column in columns %}{{ column }} := last_row.{{ column }}{{ ', ' if not loop.last }}{% endfor -%}
        )
    )
{%- endmacro %}

{% macro spark__last_rows(columns, order_by, count) -%}
    transform(
        slice(sort_array(collect_list(struct({{ (order_by + columns | reject('in', order_by) | list) | join(', ') }})), false), 1, {{ count }}),
        last_row -> struct({% for column in columns %}last_row.{{ column }}{{ ', ' if not loop.last }}{% endfor %})
    )
{%- endmacro %}

{# The aggregate of all values that are not NULL, in the order of one or more keys (the last is unique); an empty list when there are none. #}
{% macro list_in_order(expression, keys) -%}
    {{ return(adapter.dispatch('list_in_order')(expression, keys)) }}
{%- endmacro %}

{% macro duckdb__list_in_order(expression, keys) -%}
    coalesce(
        list({{ expression }} order by {{ keys | join(' nulls first, ') }} nulls first)
            filter (where {{ expression }} is not null),
        []
    )
{%- endmacro %}

{% macro spark__list_in_order(expression, keys) -%}
    transform(
        array_sort(collect_list(struct({{ keys | join(', ') }}, {{ expression }} as element)) filter (
            where {{ expression }} is not null
        )),
        entry -> entry.element
    )
{%- endmacro %}

{# Whether a condition holds for some element of a list; NULL or false when the list is NULL or empty. #}
{% macro list_any(list, element, condition) -%}
    {{ return(adapter.dispatch('list_any')(list, element, condition)) }}
{%- endmacro %}

{% macro duckdb__list_any(list, element, condition) -%}
    len(list_filter({{ list }}, lambda {{ element }}: {{ condition }})) > 0
{%- endmacro %}

{% macro spark__list_any(list, element, condition) -%}
    exists({{ list }}, {{ element }} -> {{ condition }})
{%- endmacro %}

{# A list as a set: sorted, each element once; NULL when it is empty, or holds a NULL. #}
{% macro complete_set(list) -%}
    {{ return(adapter.dispatch('complete_set')(list)) }}
{%- endmacro %}

{% macro duckdb__complete_set(list) -%}
    case
        when len({{ list }}) > 0 and len({{ list }}) = list_count({{ list }})
            then list_sort(list_distinct({{ list }}), 'asc', 'nulls first')
    end
{%- endmacro %}

{% macro spark__complete_set(list) -%}
    case
        when size({{ list }}) > 0 and not exists({{ list }}, element -> element is null)
            then array_sort(array_distinct({{ list }}))
    end
{%- endmacro %}

{# One row per element of a list, none for NULL; the only generator of its select. #}
{% macro each_element(list) -%}
    {{ return(adapter.dispatch('each_element')(list)) }}
{%- endmacro %}

{% macro duckdb__each_element(list) -%}
    unnest({{ list }})
{%- endmacro %}

{% macro spark__each_element(list) -%}
    explode({{ list }})
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

{# The list of those texts whose condition holds, sorted; `conditions` maps each text to its condition. #}
{% macro texts_that_apply(conditions) -%}
    {%- set expressions = [] -%}
    {%- for text, condition in conditions | dictsort -%}
        {%- do expressions.append("case when " ~ condition ~ " then '" ~ text ~ "' end") -%}
    {%- endfor -%}
    {{ texts_that_are(expressions) }}
{%- endmacro %}

{# The aggregate of the value that stands at place `place` from the largest down; the smallest when there are fewer. #}
{% macro nth_largest(expression, place) -%}
    {{ return(adapter.dispatch('nth_largest')(expression, place)) }}
{%- endmacro %}

{% macro duckdb__nth_largest(expression, place) -%}
    max({{ expression }}, {{ place }})[-1]
{%- endmacro %}

{% macro spark__nth_largest(expression, place) -%}
    element_at(slice(sort_array(collect_list({{ expression }}), false), 1, {{ place }}), -1)
{%- endmacro %}
