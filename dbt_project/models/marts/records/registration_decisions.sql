with events as (
    select * from {{ ref('int_registration_events') }}
    where event_type = 'registered'
),

policies as (
    select * from {{ ref('int_judged_policies') }}
    where event_type = 'registered'
),

certifications as (
    select * from {{ ref('int_judged_certifications') }}
),

users as (
    select * from {{ ref('stg_users_versions') }}
),

-- The address is looked at here and goes no further.
looked_up as (
    select
        policies.*,
        certifications.status as certification_status,
        nullif(regexp_extract(lower(users.email), '@([^@]*)$', 1), '') as email_domain
    from policies
    left join certifications
        on policies.registration_event_id = certifications.registration_event_id
        and policies.policy_id = certifications.policy_id
    left join users
        on policies.user_id = users.user_id
        and policies.kind = 'institutional_email'
        and {{ is_in_force('users', 'policies.occurred_at') }}
),

-- Why a policy refuses, NULL when it does not.
evaluated as (
    select
        registration_event_id,
        policy_id,
        position,
        case when kind = 'student_performance' then certification_status end as certification_status,
        case
            when not is_configured then 'configuration_error'
            when kind = 'student_performance'
                then case when certification_status <> 'passed' then 'certification_not_passed' end
            when kind = 'course_prerequisite'
                then case when certification_status <> 'passed' then 'course_prerequisite_not_met' end
            when kind = 'deadline'
                then case when occurred_at > until then 'deadline_passed' end
            when kind = 'institutional_email'
                then case
                    when not coalesce({{ list_any('domains', 'allowed', is_within('email_domain', 'lower(allowed)')) }}, false)
                        then 'institutional_email_mismatch'
                end
            else 'unknown_kind'
        end as refusal
    from looked_up
),

-- The first refusal stops the evaluation.
in_order as (
    select
        *,
        count(refusal) over (
            partition by registration_event_id
            order by position asc nulls last, policy_id asc nulls last
            rows between unbounded preceding and 1 preceding
        ) as refusals_before
    from evaluated
),

verdicts as (
    select
        registration_event_id,
        count(*) as policies_evaluated,
        max(policy_id) filter (where refusal is not null) as failed_policy_id,
        max(refusal) as refusal,
        -- Of several only the last can be another than passed.
        coalesce(
            max(certification_status) filter (where certification_status <> 'passed'), max(certification_status)
        ) as certification_status
    from in_order
    where refusals_before = 0
    group by registration_event_id
),

decisions as (
    select
        events.registration_event_id,
        events.campaign_id,
        events.user_id,
        verdicts.refusal is null as allowed,
        verdicts.failed_policy_id,
        case
            when verdicts.refusal is not null then verdicts.refusal
            when verdicts.certification_status = 'passed' then 'certification_passed'
        end as code,
        case
            when verdicts.refusal = 'certification_not_passed' then 'Lecture performance certification not passed'
        end as message,
        verdicts.certification_status,
        coalesce(verdicts.policies_evaluated, 0) as policies_evaluated
    from events
    left join verdicts
        on events.registration_event_id = verdicts.registration_event_id
)

select * from decisions
