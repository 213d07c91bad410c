-- What each policy that asks for certifications finds, per user that it looks at: whoever registers, every member of the policy's
-- lectures when the campaign is saved or opened, every confirmed registrant when it is finalized. Certifications, members and
-- registrants as they were at the event's moment. Over several lectures the worst counts: failed, missing, pending, passed.
with policies as (
    select * from {{ ref('int_judged_policies') }}
    where is_configured and known_lectures > 0
),

policy_lectures as (
    select * from {{ ref('int_policy_lectures') }}
),

members as (
    select * from {{ ref('stg_lecture_members_versions') }}
),

registrants as (
    select * from {{ ref('int_confirmed_registrants') }}
),

certifications as (
    select * from {{ ref('int_certification_periods') }}
),

lectures as (
    select
        policies.registration_event_id,
        policies.policy_id,
        policies.event_type,
        policy_lectures.lecture_id,
        policies.occurred_at
    from policies
    inner join policy_lectures
        on policies.policy_id = policy_lectures.policy_id
        and {{ is_in_force('policy_lectures', 'policies.occurred_at') }}
),

users as (
    select
        registration_event_id,
        policy_id,
        user_id
    from policies
    where event_type = 'registered'

    union all

    select distinct
        lectures.registration_event_id,
        lectures.policy_id,
        members.user_id
    from lectures
    inner join members
        on lectures.lecture_id = members.lecture_id
        and {{ is_in_force('members', 'lectures.occurred_at') }}
    where lectures.event_type in ('saved', 'opened')

    union all

    select
        policies.registration_event_id,
        policies.policy_id,
        registrants.user_id
    from policies
    inner join registrants
        on policies.campaign_id = registrants.campaign_id
        and {{ is_in_force('registrants', 'policies.occurred_at') }}
    where policies.event_type = 'finalized'
),

found as (
    select
        users.registration_event_id,
        users.policy_id,
        users.user_id,
        case
            when count(*) filter (where certifications.status = 'failed') > 0 then 'failed'
            when count(certifications.status) < count(*) then 'missing'
            when count(*) filter (where certifications.status = 'pending') > 0 then 'pending'
            else 'passed'
        end as status
    from users
    inner join lectures
        on users.registration_event_id = lectures.registration_event_id
        and users.policy_id = lectures.policy_id
    left join certifications
        on lectures.lecture_id = certifications.lecture_id
        and users.user_id = certifications.user_id
        and {{ is_in_force('certifications', 'lectures.occurred_at') }}
    group by users.registration_event_id, users.policy_id, users.user_id
)

select * from found
