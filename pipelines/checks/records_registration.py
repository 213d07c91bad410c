"""What the gates of exam registration must satisfy: every event judged, and judged by what was certified then.

Belongs here: rules between registration_preflight, registration_decisions, exam_rosters and the events and
certifications they go by. Not here: how a certification came about (`records_certifications.py`); no gate knows.
"""

from pipelines.checks.rule import Rule
from pipelines.sql_text import trimmed

PREFLIGHT = "records.registration_preflight"
DECISIONS = "records.registration_decisions"
ROSTERS = "records.exam_rosters"

REGISTRATION_RULES: tuple[Rule, ...] = (
    Rule(
        name="every_registration_event_is_judged_once",
        tables=(PREFLIGHT, DECISIONS),
        description=(
            "Whatever was saved, opened, registered for or finalized in a campaign that was in force then has one"
            " answer in the table of its kind. A missing one is an attempt that nobody answered. Compare the listed"
            " ids with `staging.stg_registration_events`; the fault is in `int_registration_events`."
        ),
        sql=f"""
            with about_campaigns as (
                select
                    event.registration_event_id,
                    event.occurred_at,
                    campaign.lecture_id,
                    if(event.event_type = 'registered', 'decision', 'preflight') as answer
                from staging.stg_registration_events as event
                asof join staging.stg_campaigns_versions as campaign
                    on event.campaign_id = campaign.campaign_id and event.occurred_at >= campaign.valid_from
                where event.event_type not in ('confirmed', 'withdrawn')
                    and event.occurred_at < coalesce(campaign.valid_to, 'infinity')
            ),

            expected as (
                select about.registration_event_id, about.answer
                from about_campaigns as about
                asof join staging.stg_lectures_versions as lecture
                    on about.lecture_id = lecture.lecture_id and about.occurred_at >= lecture.valid_from
                where about.occurred_at < coalesce(lecture.valid_to, 'infinity')
            ),

            found as (
                select registration_event_id, 'preflight' as answer from {PREFLIGHT}
                union all
                select registration_event_id, 'decision' from {DECISIONS}
            )

            (from expected except from found) union all (from found except from expected)
        """,
    ),
    Rule(
        name="certification_statuses_were_certified",
        tables=(DECISIONS,),
        description=(
            "The certification that a decision was made by had been made when the student registered: a status other"
            " than missing is one that some certification of the student had up to that moment. Otherwise somebody"
            " was let in or turned away by what nobody decided. The fault is in `int_judged_certifications`."
        ),
        sql=f"""
            with certified as (
                select decision.registration_event_id, list(certification.status) as statuses
                from {DECISIONS} as decision
                inner join staging.stg_registration_events as event using (registration_event_id)
                inner join staging.stg_certifications as certification
                    on decision.user_id = certification.user_id
                    and certification.occurred_at <= event.occurred_at
                where decision.certification_status <> 'missing'
                group by all
            )

            select decision.registration_event_id, decision.user_id, decision.certification_status
            from {DECISIONS} as decision
            left join certified using (registration_event_id)
            where decision.certification_status <> 'missing'
                and not coalesce(list_contains(certified.statuses, decision.certification_status), false)
        """,
    ),
    Rule(
        name="attempts_are_allowed_by_every_policy",
        tables=(DECISIONS,),
        description=(
            "Whoever was let through was let through by all active policies of the phase, and whoever was not by no"
            " more than those; the policy that failed is one of the campaign's, in force at that moment. The fault is"
            " in `int_judged_policies` or in the order of evaluation in `registration_decisions`."
        ),
        sql=f"""
            with policies as (
                select
                    event.registration_event_id,
                    count(*) as policies,
                    list(policy.policy_id) as policy_ids
                from staging.stg_registration_events as event
                inner join staging.stg_registration_policies_versions as policy
                    on event.campaign_id = policy.campaign_id
                    and event.occurred_at >= policy.valid_from
                    and event.occurred_at < coalesce(policy.valid_to, 'infinity')
                where event.event_type = 'registered' and policy.active and policy.phase <> 'finalization'
                group by all
            )

            select decision.registration_event_id, decision.failed_policy_id, decision.policies_evaluated
            from {DECISIONS} as decision
            left join policies using (registration_event_id)
            where decision.policies_evaluated > coalesce(policies.policies, 0)
                or (decision.allowed and decision.policies_evaluated < coalesce(policies.policies, 0))
                or not coalesce(list_contains(policies.policy_ids, decision.failed_policy_id), true)
        """,
    ),
    Rule(
        name="unresolved_users_are_those_looked_at",
        tables=(PREFLIGHT,),
        description=(
            "Whoever blocks a finalization had been confirmed for the campaign, and whoever blocks an opening was"
            " member of a lecture then: nobody else is looked at. The fault is in `int_judged_certifications`."
        ),
        sql=f"""
            with unresolved as (
                select preflight.campaign_id, preflight.phase, event.occurred_at, unnest(unresolved_user_ids) as user_id
                from {PREFLIGHT} as preflight
                inner join staging.stg_registration_events as event using (registration_event_id)
            )

            select campaign_id, user_id, occurred_at
            from unresolved
            where phase = 'finalization'
                and not exists (
                    select 1 from staging.stg_registration_events as confirmed
                    where confirmed.campaign_id = unresolved.campaign_id
                        and confirmed.user_id = unresolved.user_id
                        and confirmed.event_type = 'confirmed'
                        and confirmed.occurred_at <= unresolved.occurred_at
                )
            union all
            select campaign_id, user_id, occurred_at
            from unresolved
            where phase = 'registration'
                and not exists (
                    select 1 from staging.stg_lecture_members_versions as member
                    where member.user_id = unresolved.user_id
                        and member.valid_from <= unresolved.occurred_at
                        and coalesce(member.valid_to, 'infinity') > unresolved.occurred_at
                )
        """,
    ),
    Rule(
        name="rosters_are_of_the_first_finalization",
        tables=(ROSTERS, PREFLIGHT),
        description=(
            "A roster lists exactly whoever was confirmed, and had not withdrawn since, when the campaign was"
            " finalized for the first time without being blocked; a campaign that never was has none. Anybody more"
            " sits an exam unasked, anybody less is sent home. The fault is in `exam_rosters` or"
            " `int_confirmed_registrants`."
        ),
        sql=f"""
            with finalized as (
                select preflight.campaign_id, min(event.occurred_at) as finalized_at
                from {PREFLIGHT} as preflight
                inner join staging.stg_registration_events as event using (registration_event_id)
                where preflight.event_type = 'finalized' and preflight.outcome = 'ok'
                group by all
            ),

            expected as (
                select event.campaign_id, event.user_id, any_value(finalized.finalized_at) as finalized_at
                from staging.stg_registration_events as event
                inner join finalized
                    on event.campaign_id = finalized.campaign_id and event.occurred_at <= finalized.finalized_at
                where event.event_type in ('confirmed', 'withdrawn')
                group by all
                having arg_max(event.event_type, (event.occurred_at, event.registration_event_id)) = 'confirmed'
            ),

            listed as (
                select campaign_id, user_id, finalized_at from {ROSTERS}
            )

            (from expected except from listed) union all (from listed except from expected)
        """,
    ),
    Rule(
        name="nobody_unqualified_is_on_a_roster",
        tables=(ROSTERS,),
        description=(
            "Where a student-performance policy guards the finalization, whoever is on the roster had passed then in"
            " every lecture it names. This is what registration is for: publish nothing before it holds. The fault is"
            " in `exam_rosters` or the models before it."
        ),
        sql=f"""
            with named as (
                select
                    roster.campaign_id,
                    roster.user_id,
                    roster.finalized_at,
                    unnest(
                        case json_type(policy.config, '$.lecture_id')
                            when 'ARRAY' then policy.config ->> '$.lecture_id[*]'
                            else [policy.config ->> '$.lecture_id']
                        end
                    ) as lecture_id
                from {ROSTERS} as roster
                inner join staging.stg_registration_policies_versions as policy
                    on roster.campaign_id = policy.campaign_id
                    and roster.finalized_at >= policy.valid_from
                    and roster.finalized_at < coalesce(policy.valid_to, 'infinity')
                where roster.status = 'on_roster'
                    and policy.active
                    and policy.kind = 'student_performance'
                    and policy.phase <> 'registration'
                    and json_type(policy.config, '$.lecture_id') in ('VARCHAR', 'BIGINT', 'UBIGINT', 'ARRAY')
            ),

            guarded as (
                select * replace ({trimmed("lecture_id")} as lecture_id) from named
            ),

            decided as (
                select
                    guarded.campaign_id,
                    guarded.user_id,
                    guarded.lecture_id,
                    arg_max(
                        certification.status, (certification.occurred_at, certification.certification_id)
                    ) as status
                from guarded
                left join staging.stg_certifications as certification
                    on guarded.user_id = certification.user_id
                    and guarded.lecture_id = certification.lecture_id
                    and certification.occurred_at <= guarded.finalized_at
                group by all
            )

            select campaign_id, user_id, lecture_id, status from decided where status is distinct from 'passed'
        """,
    ),
)
