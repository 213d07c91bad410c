with events as (
    select * from {{ ref('int_registration_events') }}
    where event_type in ('saved', 'opened', 'finalized')
),

policies as (
    select * from {{ ref('int_judged_policies') }}
),

certifications as (
    select * from {{ ref('int_judged_certifications') }}
    where status in ('missing', 'pending')
),

-- Whoever is missing in one policy is not pending as well.
unresolved_users as (
    select
        registration_event_id,
        user_id,
        count(*) filter (where status = 'missing') > 0 as is_missing
    from certifications
    group by registration_event_id, user_id
),

unresolved as (
    select
        registration_event_id,
        count(*) filter (where is_missing) as missing,
        count(*) filter (where not is_missing) as pending,
        {{ sorted_list('user_id', where='is_missing') }} as missing_user_ids,
        {{ sorted_list('user_id') }} as user_ids
    from unresolved_users
    group by registration_event_id
),

misconfigured as (
    select distinct registration_event_id
    from policies
    where not is_configured
),

counted as (
    select
        events.*,
        coalesce(unresolved.missing, 0) as missing,
        coalesce(unresolved.pending, 0) as pending,
        case when events.event_type = 'saved' then unresolved.missing_user_ids else unresolved.user_ids end
            as user_ids,
        misconfigured.registration_event_id is not null as is_misconfigured
    from events
    left join unresolved
        on events.registration_event_id = unresolved.registration_event_id
    left join misconfigured
        on events.registration_event_id = misconfigured.registration_event_id
),

-- A campaign may be saved with open certifications, and is told whose are missing.
judged as (
    select
        *,
        case
            when event_type = 'saved' and (missing > 0 or is_misconfigured) then 'warning'
            when event_type <> 'saved' and (missing + pending > 0 or is_misconfigured) then 'blocked'
            else 'ok'
        end as outcome
    from counted
),

preflights as (
    select
        registration_event_id,
        campaign_id,
        phase,
        event_type,
        outcome,
        missing,
        pending,
        coalesce(user_ids, {{ text_list([]) }}) as unresolved_user_ids,
        case
            when outcome = 'blocked' and missing + pending > 0
                then 'resolve ' || cast(missing + pending as varchar) || ' certifications'
        end as message
    from judged
)

select * from preflights
