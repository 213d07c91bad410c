{# Entities over time: what was in force when, whatever it was called in between. `valid_to` NULL is open. #}

{# Whether a version (or any other stretch of time) is in force at a moment. #}
{% macro is_in_force(version, moment) -%}
    {{ version }}.valid_from <= {{ moment }}
        and ({{ version }}.valid_to is null or {{ version }}.valid_to > {{ moment }})
{%- endmacro %}

{# Whether two stretches of time have a moment in common, and the stretch that they have in common (as two columns).
   An open end is later than any other: least skips it. #}
{% macro overlap(one, other) -%}
    ({{ one }}.valid_to is null or {{ one }}.valid_to > {{ other }}.valid_from)
        and ({{ other }}.valid_to is null or {{ other }}.valid_to > {{ one }}.valid_from)
{%- endmacro %}

{% macro common_stretch(one, other) -%}
    greatest({{ one }}.valid_from, {{ other }}.valid_from) as valid_from,
        least({{ one }}.valid_to, {{ other }}.valid_to) as valid_to
{%- endmacro %}

{#
    The stretches of time in which something is in force without a gap, from its versions: columns `key`, valid_from,
    valid_to. Versions that follow each other are one stretch.
#}
{% macro stretches(versions, key) -%}
    select
        {{ key | join(', ') }},
        min(valid_from) as valid_from,
        case when count(*) = count(valid_to) then max(valid_to) end as valid_to
    from (
        select
            *,
            sum(case when valid_from = previous_valid_to then 0 else 1 end) over (
                partition by {{ key | join(', ') }}
                order by valid_from asc nulls last
                rows between unbounded preceding and current row
            ) as stretch
        from (
            select
                *,
                lag(valid_to) over (
                    partition by {{ key | join(', ') }}
                    order by valid_from asc nulls last
                ) as previous_valid_to
            from {{ versions }}
        ) as beside_the_version_before
    ) as numbered
    group by {{ key | join(', ') }}, stretch
{%- endmacro %}

{#
    Versions cut wherever something they refer to begins or ends, so that in each piece a reference is in force
    throughout or not at all: columns `key`, version_from (of the version that a piece is of), valid_from, valid_to.
    `references` are pairs of (relation of versions or stretches, the column by which both sides name it).
#}
{% macro cut_versions(versions, key, references) -%}
    select
        {{ key }},
        version_from,
        valid_from,
        coalesce(
            lead(valid_from) over (
                partition by {{ key }}, version_from
                order by valid_from asc nulls last
            ),
            version_to
        ) as valid_to
    from (
        select {{ key }}, valid_from as version_from, valid_to as version_to, valid_from
        from {{ versions }}
        {%- for relation, column in references %}
        {%- for edge in ['valid_from', 'valid_to'] %}
        union
        select versions.{{ key }}, versions.valid_from, versions.valid_to, referenced.{{ edge }}
        from {{ versions }} as versions
        inner join {{ relation }} as referenced
            on versions.{{ column }} = referenced.{{ column }}
            and versions.valid_from < referenced.{{ edge }}
            and (versions.valid_to is null or versions.valid_to > referenced.{{ edge }})
        {%- endfor %}
        {%- endfor %}
    ) as edges
{%- endmacro %}
