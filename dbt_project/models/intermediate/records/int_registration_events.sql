-- The registration events that something is judged at, each with the phase whose policies judge it. An event whose campaign,
-- or whose campaign's lecture, was not in force when it happened was about nothing; what is deleted later takes none back.
with events as (
    select * from {{ ref('stg_registration_events') }}
    where event_type in ('saved', 'opened', 'registered', 'finalized')
),

campaigns as (
    select * from {{ ref('stg_campaigns_versions') }}
),

lectures as (
    select * from {{ ref('stg_lectures_versions') }}
),

of_campaigns_in_force as (
    select
        events.registration_event_id,
        events.campaign_id,
        events.user_id,
        events.event_type,
        case when events.event_type = 'finalized' then 'finalization' else 'registration' end as phase,
        events.occurred_at
    from events
    inner join campaigns
        on events.campaign_id = campaigns.campaign_id
        and {{ is_in_force('campaigns', 'events.occurred_at') }}
    inner join lectures
        on campaigns.lecture_id = lectures.lecture_id
        and {{ is_in_force('lectures', 'events.occurred_at') }}
)

select * from of_campaigns_in_force
