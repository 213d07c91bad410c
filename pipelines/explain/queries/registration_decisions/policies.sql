-- The policies in force at the attempt, in the order they are asked in: the decision names the first that refused, and how
-- many were asked; the others let it through, or were not asked any more.
with policies as (
    select
        policies.policy_id,
        policies.position,
        policies.kind,
        row_number() over (order by policies.position asc nulls last, policies.policy_id asc nulls last) as place,
        policies.is_configured,
        certifications.status as certification_status,
        policies.until,
        policies.domains,
        shown.failed_policy_id,
        shown.code,
        shown.policies_evaluated
    from shown
    inner join intermediate.int_judged_policies as policies
        on shown.registration_event_id = policies.registration_event_id
    left join intermediate.int_judged_certifications as certifications
        on policies.registration_event_id = certifications.registration_event_id
        and policies.policy_id = certifications.policy_id
),

answered as (
    select
        policy_id,
        position,
        kind,
        is_configured,
        certification_status,
        until,
        domains,
        case
            when place > policies_evaluated then 'not asked'
            when policy_id = failed_policy_id then code
            else 'passed'
        end as answer
    from policies
)

select * from answered
order by position asc nulls last, policy_id asc nulls last
