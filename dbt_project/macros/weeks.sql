{# The first day of the week (var week_start) that holds a date or, in UTC, a moment; a DATE. #}
{% macro week_start(moment) -%}
    {%- set days_before_monday = {'Monday': 0, 'Sunday': 1, 'Saturday': 2}[var('week_start')] -%}
    cast(date_trunc('week', cast({{ moment }} as date) + interval '{{ days_before_monday }}' day)
        - interval '{{ days_before_monday }}' day as date)
{%- endmacro %}
