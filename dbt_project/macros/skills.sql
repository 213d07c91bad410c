{#
    The emitter: the one way to a skill signal, called by the one model that keeps them (user_skill_signals).

    `source_type` and `signal_type` say what happened. `events` names a relation of what did, with user_id, source_id (the
    originating record), project_id and occurred_at. `skills` names the skills in scope: project_id, skill_id and the
    stretch [valid_from, valid_to) in which they were declared.

    An event emits one signal for each skill declared for its project at that very moment. Where many events share a
    source, as all that happens in a project does, the earliest that emits stands; an update is its own source and
    happens once. Neither a text nor a project's ideas are read.

    No-op: anything missing, an event without user or source, a project without skills, and mentorship, always: a session
    is no evidence, however technical. An unknown type is a programmer's error and does not compile.
#}
{% macro emit_skill_signals(source_type, signal_type, events, skills) -%}
    {%- set is_missing = not (source_type and signal_type and events and skills) -%}
    {%- if source_type and source_type not in ('project', 'update', 'mentorship') -%}
        {{ exceptions.raise_compiler_error("source_type is project, update or mentorship, not '" ~ source_type ~ "'") }}
    {%- endif -%}
    {%- if signal_type and signal_type not in ('joined', 'update', 'completed') -%}
        {{ exceptions.raise_compiler_error("signal_type is joined, update or completed, not '" ~ signal_type ~ "'") }}
    {%- endif -%}
    {%- if is_missing or source_type == 'mentorship' -%}
    select
        null as user_id,
        null as skill_id,
        null as source_type,
        null as source_id,
        null as signal_type,
        null as created_at
    where false
    {%- else -%}
    select
        events.user_id,
        skills.skill_id,
        '{{ source_type }}' as source_type,
        events.source_id,
        '{{ signal_type }}' as signal_type,
        {{ 'min(events.occurred_at)' if source_type == 'project' else 'events.occurred_at' }} as created_at
    from {{ events }} as events
    inner join {{ skills }} as skills
        on events.project_id = skills.project_id
        and {{ is_in_force('skills', 'events.occurred_at') }}
    where events.user_id is not null
        and events.source_id is not null
    {%- if source_type == 'project' %}
    group by events.user_id, skills.skill_id, events.source_id
    {%- endif %}
    {%- endif -%}
{%- endmacro %}
