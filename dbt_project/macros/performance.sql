{# Formulas of the performance domain. Scores are whole billionths of a point (macros/numbers.sql) until a mart shows them. #}

{# What counts where no completed task says anything about a component, in billionths: a half. #}
{% macro neutral_share() -%}
    500000000
{%- endmacro %}

{# A component's weight in ten-thousandths, as a scalar subquery over the seed. #}
{% macro performance_weight(component) -%}
    (select cast(10000 * weight as bigint) from {{ ref('performance_weights') }} where component = '{{ component }}')
{%- endmacro %}

{#
    Performance Score = (On-Time Ratio x 0.5 + Skill Accuracy x 0.3 + Difficulty Factor x 0.2) x 100, in billionths of a
    point: the exact quotient, rounded half up, once, and clamped to 0..100.

    Each component is a pair of whole numbers, [billionths, count]: its value is the mean billionths / count x 10^-9, a
    share 0..1, and neutral when the count is 0. Over a common denominator the products stay below 10^38 up to 90 million
    tasks per user.
#}
{% macro performance_score(on_time, skill, difficulty) -%}
    {%- set shares, counts = [], [] -%}
    {%- for billionths, count in [on_time, skill, difficulty] -%}
        {%- do shares.append(widest('case when ' ~ count ~ ' > 0 then ' ~ billionths ~ ' else ' ~ neutral_share() ~ ' end')) -%}
        {%- do counts.append(widest('case when ' ~ count ~ ' > 0 then ' ~ count ~ ' else 1 end')) -%}
    {%- endfor -%}
    {%- set numerator %}
            {{ performance_weight('on_time_ratio') }} * {{ shares[0] }} * {{ counts[1] }} * {{ counts[2] }}
            + {{ performance_weight('skill_accuracy') }} * {{ shares[1] }} * {{ counts[0] }} * {{ counts[2] }}
            + {{ performance_weight('difficulty_factor') }} * {{ shares[2] }} * {{ counts[0] }} * {{ counts[1] }}
    {%- endset -%}
    {%- set denominator %}
            100 * {{ counts[0] }} * {{ counts[1] }} * {{ counts[2] }}
    {%- endset -%}
    cast(least(greatest({{ rounded_whole_quotient(numerator, denominator) }}, 0), 100000000000) as bigint)
{%- endmacro %}
