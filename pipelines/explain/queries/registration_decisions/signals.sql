-- The attempt, and everything it was judged by as it was in force at its moment: the campaign and its lecture, the policies
-- that were asked, and what they looked at.
with attempts as (
    select
        events.*,
        shown.policies_evaluated
    from shown
    inner join staging.stg_registration_events as events
        on shown.registration_event_id = events.registration_event_id
),

campaigns as (
    select
        campaigns.*,
        attempts.occurred_at
    from attempts
    inner join staging.stg_campaigns_versions as campaigns
        on attempts.campaign_id = campaigns.campaign_id
        and campaigns.valid_from <= attempts.occurred_at
        and coalesce(attempts.occurred_at < campaigns.valid_to, true)
),

asked as (
    select
        judged.registration_event_id,
        judged.policy_id,
        judged.kind,
        judged.user_id,
        judged.occurred_at
    from attempts
    inner join intermediate.int_judged_policies as judged
        on attempts.registration_event_id = judged.registration_event_id
    qualify row_number() over (
        partition by judged.registration_event_id
        order by judged.position asc nulls last, judged.policy_id asc nulls last
    ) <= attempts.policies_evaluated
),

policies as (
    select policies.*
    from asked
    inner join staging.stg_registration_policies_versions as policies
        on asked.policy_id = policies.policy_id
        and policies.valid_from <= asked.occurred_at
        and coalesce(asked.occurred_at < policies.valid_to, true)
),

lectures_of_policies as (
    select
        lectures.lecture_id,
        asked.user_id,
        asked.policy_id,
        asked.occurred_at
    from asked
    inner join intermediate.int_policy_lectures as lectures
        on asked.policy_id = lectures.policy_id
        and lectures.valid_from <= asked.occurred_at
        and coalesce(asked.occurred_at < lectures.valid_to, true)
),

lectures_then as (
    select lecture_id, occurred_at from campaigns
    union
    select lecture_id, occurred_at from lectures_of_policies
),

lectures as (
    select lectures.*
    from lectures_then
    inner join staging.stg_lectures_versions as lectures
        on lectures_then.lecture_id = lectures.lecture_id
        and lectures.valid_from <= lectures_then.occurred_at
        and coalesce(lectures_then.occurred_at < lectures.valid_to, true)
),

certifications as (
    select certifications.*
    from lectures_of_policies
    inner join intermediate.int_certification_periods as periods
        on lectures_of_policies.lecture_id = periods.lecture_id
        and lectures_of_policies.user_id = periods.user_id
        and periods.valid_from <= lectures_of_policies.occurred_at
        and coalesce(lectures_of_policies.occurred_at < periods.valid_to, true)
    inner join staging.stg_certifications as certifications
        on periods.certification_id = certifications.certification_id
),

-- The address was looked at, and is not shown.
users as (
    select users.*
    from asked
    inner join staging.stg_users_versions as users
        on asked.user_id = users.user_id
        and users.valid_from <= asked.occurred_at
        and coalesce(asked.occurred_at < users.valid_to, true)
    where asked.kind = 'institutional_email'
),

signals as (
    select
        'registration_events' as contract, _batch, _row, occurred_at as moment,
        registration_event_id || ': ' || user_id || ' registers for ' || campaign_id as what
    from attempts
    union all
    select 'campaigns', _batch, _row, valid_from, campaign_id || ': the campaign'
    from campaigns
    union all
    select 'lectures', _batch, _row, valid_from, lecture_id || ': the lecture'
    from lectures
    union all
    select 'registration_policies', _batch, _row, valid_from, policy_id || ': ' || kind || ' at position ' || position
    from policies
    union all
    select
        'certifications', _batch, _row, occurred_at,
        certification_id || ': ' || status || ' in ' || lecture_id || ', as it stood then'
    from certifications
    union all
    select 'users', _batch, _row, valid_from, user_id || ': the address, as it was then'
    from users
)

select * from signals
