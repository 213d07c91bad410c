with project_events as (
    select * from {{ ref('stg_project_events') }}
),

progress_updates as (
    select * from {{ ref('stg_progress_updates') }}
),

mentorship_sessions as (
    select * from {{ ref('stg_mentorship_sessions') }}
),

declared_skills as (
    select * from {{ ref('int_declared_skills') }}
),

weights as (
    select * from {{ ref('skill_signal_weights') }}
),

joined as (
    select
        user_id,
        project_id as source_id,
        project_id,
        occurred_at
    from project_events
    where event_type = 'joined'
),

members as (
    select
        user_id,
        project_id,
        min(occurred_at) as joined_at
    from joined
    group by user_id, project_id
),

completed_by_members as (
    select
        project_events.user_id,
        project_events.project_id as source_id,
        project_events.project_id,
        project_events.occurred_at
    from project_events
    inner join members
        on project_events.user_id = members.user_id
        and project_events.project_id = members.project_id
    where project_events.event_type = 'completed'
        and project_events.occurred_at >= members.joined_at
),

updates as (
    select
        user_id,
        progress_update_id as source_id,
        project_id,
        occurred_at
    from progress_updates
),

sessions as (
    select
        intern_id as user_id,
        mentorship_session_id as source_id,
        project_id,
        occurred_at
    from mentorship_sessions
),

emitted as (
    {{ emit_skill_signals('project', 'joined', events='joined', skills='declared_skills') }}

    union all

    {{ emit_skill_signals('project', 'completed', events='completed_by_members', skills='declared_skills') }}

    union all

    {{ emit_skill_signals('update', 'update', events='updates', skills='declared_skills') }}

    union all

    -- The emitter emits nothing for mentorship, whatever its focus; that it is asked is the proof.
    {{ emit_skill_signals('mentorship', 'completed', events='sessions', skills='declared_skills') }}
),

signals as (
    select
        {{ hashed_key(['emitted.user_id', 'emitted.skill_id', 'emitted.source_type', 'emitted.source_id', 'emitted.signal_type']) }} as signal_id,
        emitted.user_id,
        emitted.skill_id,
        emitted.source_type,
        emitted.source_id,
        emitted.signal_type,
        weights.weight,
        emitted.created_at
    from emitted
    left join weights
        on emitted.signal_type = weights.signal_type
)

select * from signals
