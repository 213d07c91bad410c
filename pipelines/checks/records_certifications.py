"""What certifications must satisfy: what teachers decided, kept whole, and told apart from what would be proposed.

Belongs here: rules about certifications and certification_history. Not here: the proposals beside them
(`records_proposals.py`), and registration, which goes by them (`records_registration.py`).
"""

from pipelines.checks.records_proposals import PROPOSALS
from pipelines.checks.rule import Rule

CERTIFICATIONS = "records.certifications"
HISTORY = "records.certification_history"

CERTIFICATION_RULES: tuple[Rule, ...] = (
    Rule(
        name="certifications_are_the_last_decisions",
        tables=(CERTIFICATIONS,),
        description=(
            "Everybody who was ever certified in a lecture in force has one certification, of the latest moment in"
            " which that happened. An older one would let exams go by a decision that no longer stands. The fault is"
            " in `int_certification_periods` or `certifications`."
        ),
        sql=f"""
            with latest as (
                select lecture_id, user_id, occurred_at, list((status, source, certified_by)) as decisions
                from staging.stg_certifications
                where lecture_id in (select lecture_id from staging.stg_lectures)
                group by lecture_id, user_id, occurred_at
                qualify occurred_at = max(occurred_at) over (partition by lecture_id, user_id)
            )

            select lecture_id, user_id, certification.certified_at, latest.occurred_at
            from {CERTIFICATIONS} as certification
            full join latest using (lecture_id, user_id)
            where certification.certified_at is distinct from latest.occurred_at
                or not list_contains(
                    latest.decisions, (certification.status, certification.source, certification.certified_by)
                )
        """,
    ),
    Rule(
        name="history_keeps_every_decision",
        tables=(HISTORY,),
        description=(
            "Every certification that was made while its lecture was in force is in the history, and nothing else. A"
            " missing one is a decision that nobody can answer for. Compare the listed ids with"
            " `staging.stg_certifications`; the fault is in `certification_history`."
        ),
        sql=f"""
            with decided as (
                select certification.certification_id, certification.status, certification.occurred_at as certified_at
                from staging.stg_certifications as certification
                asof join staging.stg_lectures_versions as lecture
                    on certification.lecture_id = lecture.lecture_id
                    and certification.occurred_at >= lecture.valid_from
                where lecture.valid_to is null or lecture.valid_to > certification.occurred_at
            ),

            kept as (
                select certification_id, status, certified_at from {HISTORY}
            )

            (from decided except from kept) union all (from kept except from decided)
        """,
    ),
    Rule(
        name="snapshots_are_of_the_rule_then",
        tables=(HISTORY, CERTIFICATIONS),
        description=(
            "A snapshot shows the thresholds of the rule's last version up to the certification, and how much it"
            " required then. A later rule in it would rewrite why somebody was certified. The fault is in"
            " `int_rule_snapshots`."
        ),
        sql=f"""
            with snapshots as (
                select distinct rule_id, certified_at, rule_snapshot from {HISTORY} where rule_id is not null
                union
                select distinct rule_id, certified_at, rule_snapshot from {CERTIFICATIONS} where rule_id is not null
            ),

            required as (
                select
                    snapshots.rule_id,
                    snapshots.certified_at,
                    count(distinct required.achievement_id) as achievements
                from snapshots
                inner join staging.stg_rule_achievements_versions as required
                    on snapshots.rule_id = required.rule_id
                    and snapshots.certified_at >= required.valid_from
                    and snapshots.certified_at < coalesce(required.valid_to, 'infinity')
                group by all
            )

            select snapshots.rule_id, snapshots.certified_at, snapshots.rule_snapshot
            from snapshots
            asof left join staging.stg_rules_versions as rules
                on snapshots.rule_id = rules.rule_id
                and snapshots.certified_at >= rules.valid_from
            left join required
                on snapshots.rule_id = required.rule_id
                and snapshots.certified_at = required.certified_at
            where (snapshots.rule_snapshot ->> '$.min_percentage')::decimal(7, 4)
                    is distinct from rules.min_percentage
                or (snapshots.rule_snapshot ->> '$.min_points_absolute')::decimal(12, 4)
                    is distinct from rules.min_points_absolute
                or (snapshots.rule_snapshot ->> '$.effective_at')::timestamptz is distinct from rules.valid_from
                or json_array_length(snapshots.rule_snapshot, '$.achievement_ids')
                    <> coalesce(required.achievements, 0)
        """,
    ),
    Rule(
        name="only_changed_rules_make_certifications_stale",
        tables=(CERTIFICATIONS,),
        description=(
            "A certification is stale exactly when something was said about its rule, or about what that requires,"
            " after it. A stale one that is not marked is never looked at again. The fault is in"
            " `int_rule_snapshots`."
        ),
        sql=f"""
            with changes as (
                select rule_id, valid_from as changed_at from staging.stg_rules_versions
                union all
                select rule_id, valid_to from staging.stg_rules_versions
                union all
                select rule_id, effective_at from staging.stg_rule_achievements_changes
            ),

            last_changes as (
                select rule_id, max(changed_at) as changed_at from changes group by all
            )

            select certification.lecture_id, certification.user_id, certification.is_stale, last_changes.changed_at
            from {CERTIFICATIONS} as certification
            left join last_changes using (rule_id)
            where certification.is_stale <> coalesce(last_changes.changed_at > certification.certified_at, false)
        """,
    ),
    Rule(
        name="certifications_stand_beside_todays_proposals",
        tables=(CERTIFICATIONS, PROPOSALS),
        description=(
            "The proposed status beside a certification is the one that certification_proposals shows for the same"
            " student. Another would raise a conflict that is none, or hide one. The fault is in `certifications`."
        ),
        sql=f"""
            select certification.lecture_id, certification.user_id, certification.proposed_status
            from {CERTIFICATIONS} as certification
            left join {PROPOSALS} as proposal using (lecture_id, user_id)
            where certification.proposed_status is distinct from proposal.proposed_status
        """,
    ),
    Rule(
        name="manual_certifications_say_why",
        tables=(CERTIFICATIONS,),
        description=(
            "A decision that overrides the numbers has a note. The note is optional and the decision stands without;"
            " whoever has to defend it will miss it, hence a warning: ask who decided."
        ),
        sql=f"""
            select lecture_id, user_id, certified_by
            from {CERTIFICATIONS}
            where source = 'manual' and status <> 'pending' and coalesce(trim(note), '') = ''
        """,
        blocking=False,
    ),
)
