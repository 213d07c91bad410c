-- The active policies in force at each registration event, for the phase it belongs to. Registrations are judged by every kind
-- of them, the campaign's own steps (saved, opened, finalized) by student performance alone.
with events as (
    select * from {{ ref('int_registration_events') }}
),

policies as (
    select * from {{ ref('int_registration_policies') }}
),

policy_lectures as (
    select * from {{ ref('int_policy_lectures') }}
),

policies_then as (
    select
        events.registration_event_id,
        policies.policy_id,
        events.campaign_id,
        events.user_id,
        events.event_type,
        policies.kind,
        policies.lecture_ids,
        policies.domains,
        policies.position,
        policies.is_readable,
        policies.until,
        events.occurred_at
    from events
    inner join policies
        on events.campaign_id = policies.campaign_id
        and policies.phase in ('both', events.phase)
        and {{ is_in_force('policies', 'events.occurred_at') }}
    where events.event_type = 'registered' or policies.kind = 'student_performance'
),

lectures_then as (
    select
        policies_then.registration_event_id,
        policies_then.policy_id,
        count(*) as known_lectures
    from policies_then
    inner join policy_lectures
        on policies_then.policy_id = policy_lectures.policy_id
        and {{ is_in_force('policy_lectures', 'policies_then.occurred_at') }}
    group by policies_then.registration_event_id, policies_then.policy_id
),

judged as (
    select
        policies_then.registration_event_id,
        policies_then.policy_id,
        policies_then.campaign_id,
        policies_then.user_id,
        policies_then.event_type,
        policies_then.kind,
        policies_then.domains,
        policies_then.position,
        coalesce(lectures_then.known_lectures, 0) as known_lectures,
        policies_then.is_readable and (
            policies_then.lecture_ids is null
            or {{ list_size('policies_then.lecture_ids') }} = coalesce(lectures_then.known_lectures, 0)
        ) as is_configured,
        policies_then.until,
        policies_then.occurred_at
    from policies_then
    left join lectures_then
        on policies_then.registration_event_id = lectures_then.registration_event_id
        and policies_then.policy_id = lectures_then.policy_id
)

select * from judged
