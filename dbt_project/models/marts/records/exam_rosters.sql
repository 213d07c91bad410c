with finalizations as (
    select * from {{ ref('registration_preflight') }}
    where event_type = 'finalized' and outcome <> 'blocked'
),

events as (
    select * from {{ ref('int_registration_events') }}
),

registrants as (
    select * from {{ ref('int_confirmed_registrants') }}
),

failures as (
    select * from {{ ref('int_judged_certifications') }}
    where status = 'failed'
),

first_finalizations as (
    select
        events.registration_event_id,
        events.campaign_id,
        events.occurred_at
    from finalizations
    inner join events
        on finalizations.registration_event_id = events.registration_event_id
    qualify row_number() over (
        partition by events.campaign_id
        order by events.occurred_at asc nulls last, events.registration_event_id asc nulls last
    ) = 1
),

failed_registrants as (
    select distinct
        registration_event_id,
        user_id
    from failures
),

rosters as (
    select
        first_finalizations.campaign_id,
        registrants.user_id,
        case when failed_registrants.user_id is null then 'on_roster' else 'rejected' end as status,
        case when failed_registrants.user_id is not null then 'certification_not_passed' end as reason,
        first_finalizations.occurred_at as finalized_at
    from first_finalizations
    inner join registrants
        on first_finalizations.campaign_id = registrants.campaign_id
        and {{ is_in_force('registrants', 'first_finalizations.occurred_at') }}
    left join failed_registrants
        on first_finalizations.registration_event_id = failed_registrants.registration_event_id
        and registrants.user_id = failed_registrants.user_id
)

select * from rosters
