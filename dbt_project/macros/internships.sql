{# Formulas of the internships domain that more than one model uses. #}

{# The metrics that may have a threshold. #}
{% macro internship_kpis() -%}
    {{ return(['attendance_rate', 'tasks_completed', 'tasks_late', 'training_completed']) }}
{%- endmacro %}

{#
    The metrics of any set of days of one internship taken as one window: columns of a select over
    int_internship_days. Counts of days, tasks and inputs add up; trainings and overdue tasks are distinct in
    the window, hence unions of their days' ids.
#}
{% macro internship_metrics() -%}
    {{ sorted_union('training_ids') }} as training_ids,
        {{ ratio('count(*) filter (where is_attended)', 'count(*) filter (where is_expected)') }} as attendance_rate,
        count(*) filter (where is_expected) as expected_days,
        count(*) filter (where is_attended) as attended_days,
        cast(sum(tasks_completed) as bigint) as tasks_completed,
        cast(sum(tasks_late) as bigint) as tasks_late,
        {{ list_size(sorted_union('overdue_task_ids')) }} as tasks_overdue,
        {{ list_size(sorted_union('training_ids')) }} as training_completed,
        cast(sum(employer_inputs) as bigint) as employer_inputs
{%- endmacro %}

{# `mon` to `sun`, as internships name their working days. #}
{% macro day_name(day) -%}
    case {{ iso_day_of_week(day) }}
        {%- for name in ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] %}
            when {{ loop.index }} then '{{ name }}'
        {%- endfor %}
        end
{%- endmacro %}

{# How many of an internship's weeks have begun by a day of it; a BIGINT, NULL for no day. #}
{% macro weeks_through(day) -%}
    cast({{ days_between('first_week_start', week_start(day)) }} / 7 as bigint) + 1
{%- endmacro %}
