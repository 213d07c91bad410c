{# Steps of the replay that more than one level takes. #}

{#
    When a state began to hold and when it ended, as changes: the counts are added at `valid_from` and taken away at `valid_to`
    (nothing ends where that is NULL). Columns: key, the counts summed per moment, moment.
#}
{% macro changes_of(contributions, key, counts) -%}
    select
        {{ key | join(', ') }},
        {%- for count in counts %}
        cast(sum({{ count }}) as bigint) as {{ count }},
        {%- endfor %}
        moment
    from (
        select {{ key | join(', ') }}, {{ counts | join(', ') }}, valid_from as moment
        from {{ contributions }}
        union all
        select {{ key | join(', ') }}, -{{ counts | join(', -') }}, valid_to
        from {{ contributions }}
        where valid_to is not null
    ) as edges
    group by {{ key | join(', ') }}, moment
{%- endmacro %}

{# The states that changes lead to, each from its moment up to the next one's: the running sums of the counts. #}
{% macro states_of(changes, key, counts) -%}
    select
        {{ key | join(', ') }},
        {%- for count in counts %}
        cast(sum({{ count }}) over so_far as bigint) as {{ count }},
        {%- endfor %}
        moment as valid_from,
        lead(moment) over (
            partition by {{ key | join(', ') }}
            order by moment asc nulls last
        ) as valid_to
    from {{ changes }}
    window so_far as (
        partition by {{ key | join(', ') }}
        order by moment asc nulls last
        rows between unbounded preceding and current row
    )
{%- endmacro %}

{#
    Each milestone of states, once, at the moment when it was first crossed (before < milestone <= after, in percent), and
    when it was first `started` and `completed` (G003-29). `states` names a relation that beside_the_state_before made.
    Columns: key, milestone, part_before and whole_before (as completed_part), moment.
#}
{% macro first_milestones(states, key) -%}
    select {{ key | join(', ') }}, milestone, part_before, whole_before, moment
    from (
        select
            {{ key | join(', ') }},
            milestone,
            part_before,
            whole_before,
            valid_from as moment,
            row_number() over (
                partition by {{ key | join(', ') }}, milestone
                order by valid_from asc nulls last
            ) as place
        from (
            {%- for milestone, condition in [
                ("'started'", 'steps_started > 0'),
                ("'completed'", is_complete()),
                ('cast(milestones.percentage as varchar)', none),
            ] %}
            select
                {{ key | join(', ') }},
                {{ milestone }} as milestone,
                part_before,
                whole_before,
                valid_from
            from {{ states }} as states
            {%- if condition %}
            where {{ condition }}
            {%- else %}
            inner join {{ ref('progress_milestones') }} as milestones
                on 100 * part_before < milestones.percentage * whole_before
                and 100 * ({{ completed_part() }}) >= milestones.percentage * {{ completed_whole() }}
            {%- endif %}
            {{ 'union all' if not loop.last }}
            {%- endfor %}
        ) as crossed
    ) as numbered
    where place = 1
{%- endmacro %}

{#
    A timeline of states, each with what was complete just before it (as completed_part and completed_whole); what the
    student did not have then counts as nothing.
#}
{% macro beside_the_state_before(timeline, key) -%}
    select
        *,
        case when previous_valid_to = valid_from then previous_part else 0 end as part_before,
        case when previous_valid_to = valid_from then previous_whole else 1 end as whole_before
    from (
        select
            *,
            lag(valid_to) over previous_states as previous_valid_to,
            lag({{ completed_part() }}) over previous_states as previous_part,
            lag({{ completed_whole() }}) over previous_states as previous_whole
        from {{ timeline }}
        window previous_states as (
            partition by {{ key | join(', ') }}
            order by valid_from asc nulls last
        )
    ) as neighbours
{%- endmacro %}

{# The id of a snapshot: what makes it this one (semantics of document 003). #}
{% macro snapshot_id(scope_type, scope_id, student_id, moment, trigger, notes) -%}
    {{ hashed_key([scope_type, scope_id, student_id, iso_text(moment), trigger, notes]) }}
{%- endmacro %}

{#
    The snapshots of one scope that are kept at as_of: those that are young enough, and of the others each month's last per
    scope and student, which from then on is `monthly` (R003-127..130). Ties go to the larger id.
#}
{% macro kept_snapshots(snapshots, scope_type) -%}
    {%- set days = "(select days from " ~ ref('snapshot_retentions') ~ " where scope_type = '" ~ scope_type ~ "')" -%}
    {%- set limit = days_ago(days) -%}
    select *, false as is_monthly
    from {{ snapshots }}
    where snapshot_at > {{ limit }}
    union all
    select *, true as is_monthly
    from {{ snapshots }}
    where snapshot_at <= {{ limit }}
    qualify row_number() over (
        partition by scope_id, student_id, date_trunc('month', snapshot_at)
        order by snapshot_at desc nulls last, snapshot_id desc nulls last
    ) = 1
{%- endmacro %}

{# What stands for a free play as the source of an event: a step event may have the same id. #}
{% macro free_play_source(free_play_score_id) -%}
    {{ joined_parts(["'free_play'", free_play_score_id]) }}
{%- endmacro %}
