"""What proposals must satisfy: the lecture's one active rule, applied to its members' records.

Belongs here: rules about certification_proposals, and warnings about rules that propose nothing. Not here: the facts
they interpret (`records.py`), and what teachers made of them (`records_certifications.py`).
"""

from pipelines.checks.rule import Rule
from pipelines.sql_text import trimmed

PROPOSALS = "records.certification_proposals"

PROPOSAL_RULES: tuple[Rule, ...] = (
    Rule(
        name="every_member_under_a_rule_has_a_proposal",
        tables=(PROPOSALS, "records.performance_records"),
        description=(
            "A lecture with exactly one active rule that asks for something has a proposal for every member, by that"
            " rule, and no other lecture has any. A missing one would leave a student undecided, one too many would"
            " judge by a rule that is not in effect. The fault is in `int_active_rules` or `certification_proposals`."
        ),
        sql=f"""
            with active as (
                select lecture_id, any_value(rule_id) as rule_id
                from staging.stg_rules
                where active
                group by all
                having count(*) = 1
            ),

            asking as (
                select active.*
                from active
                inner join staging.stg_rules as rules using (rule_id)
                where coalesce(rules.min_percentage, rules.min_points_absolute) is not null
                    or rule_id in (select rule_id from staging.stg_rule_achievements)
            ),

            expected as (
                select record.lecture_id, record.user_id, asking.rule_id
                from records.performance_records as record
                inner join asking using (lecture_id)
            ),

            found as (
                select lecture_id, user_id, rule_id from {PROPOSALS}
            )

            (from expected except from found) union all (from found except from expected)
        """,
    ),
    Rule(
        name="proposals_quote_the_rule_and_the_records",
        tables=(PROPOSALS, "records.performance_records"),
        description=(
            "A proposal shows the rule's own thresholds and requirements and the record's own points and"
            " achievements. Where they differ a teacher decides about something that nobody earned or asked for. The"
            " fault is in `certification_proposals`."
        ),
        sql=f"""
            with required as (
                select rule_id, list_sort(list(achievement_id)) as achievement_ids
                from staging.stg_rule_achievements
                group by all
            )

            select proposal.lecture_id, proposal.user_id, proposal.rule_id
            from {PROPOSALS} as proposal
            left join records.performance_records as record using (lecture_id, user_id)
            left join staging.stg_rules as rules on proposal.rule_id = rules.rule_id
            left join required on proposal.rule_id = required.rule_id
            where proposal.current_points is distinct from record.points_total_materialized
                or proposal.current_achievement_ids is distinct from record.achievements_met_ids
                or proposal.min_percentage is distinct from rules.min_percentage
                or proposal.min_points_absolute is distinct from rules.min_points_absolute
                or proposal.required_achievement_ids is distinct from coalesce(required.achievement_ids, [])
        """,
    ),
    Rule(
        name="required_points_are_the_fewest_that_suffice",
        tables=(PROPOSALS, "records.performance_records"),
        description=(
            "A percentage asks for the smallest whole number of points that is no less than its share of the"
            " student's maximum: one point less would be too little. A point too many or too few decides about"
            " people: do not publish before the formula in `certification_proposals` is explained."
        ),
        sql=f"""
            with shares as (
                select
                    proposal.lecture_id,
                    proposal.user_id,
                    proposal.required_points,
                    record.points_max_materialized,
                    record.points_max_materialized::decimal(28, 4) * proposal.min_percentage as hundredfold,
                from {PROPOSALS} as proposal
                inner join records.performance_records as record using (lecture_id, user_id)
                where proposal.min_percentage is not null
            )

            select lecture_id, user_id, required_points, points_max_materialized
            from shares
            where required_points is null
                or 100 * required_points < hundredfold
                or 100 * (required_points - 1) >= hundredfold
        """,
    ),
    Rule(
        name="only_what_is_open_is_deferred",
        tables=(PROPOSALS, "records.performance_records", "records.achievement_progress"),
        description=(
            "A proposal waits for unmarked work only while that work could make up the missing points, calls points"
            " not measurable only without a maximum, waits for achievements only while none of the missing ones is"
            " graded, and one that fails without a reason to wait misses something outright. Otherwise somebody is"
            " failed too early or kept waiting for nothing. The fault is in `certification_proposals`."
        ),
        sql=f"""
            with graded_and_missed as (
                select distinct required.lecture_id, required.user_id
                from (
                    select lecture_id, user_id, unnest(required_achievement_ids) as achievement_id
                    from {PROPOSALS}
                    where not meets_achievements
                ) as required
                inner join records.achievement_progress as progress using (lecture_id, user_id, achievement_id)
                where not progress.met and progress.grade_value is not null
            ),

            judged as (
                select
                    proposal.*,
                    record.points_max_materialized as points_max,
                    proposal.required_points between proposal.current_points
                        and proposal.current_points + record.points_max_pending as could,
                    graded_and_missed.user_id is not null as has_missed_achievements
                from {PROPOSALS} as proposal
                inner join records.performance_records as record using (lecture_id, user_id)
                left join graded_and_missed
                    on proposal.lecture_id = graded_and_missed.lecture_id
                    and proposal.user_id = graded_and_missed.user_id
            )

            select lecture_id, user_id, deferral_reasons
            from judged
            where (list_contains(deferral_reasons, 'points_pending') and not could)
                or (list_contains(deferral_reasons, 'points_not_measurable') and points_max > 0)
                or (len(deferral_reasons) > 0 and has_missed_achievements)
                or (
                    proposed_status = 'failed'
                    and len(deferral_reasons) = 0
                    and not has_missed_achievements
                    and (meets_points or could or points_max = 0)
                )
        """,
    ),
    Rule(
        name="lectures_have_one_active_rule",
        tables=(PROPOSALS,),
        description=(
            "No lecture has two active rules. While it has, it makes no proposals, because nobody knows by which:"
            " ask the teacher which one holds and land the other as inactive. Nothing is wrong with the tables, hence"
            " only a warning."
        ),
        sql="""
            select lecture_id, list_sort(list(rule_id)) as rule_ids
            from staging.stg_rules
            where active
            group by all
            having count(*) > 1
        """,
        blocking=False,
    ),
    Rule(
        name="active_rules_ask_for_something",
        tables=(PROPOSALS,),
        description=(
            "An active rule has a threshold or requires an achievement. One that asks for nothing would pass"
            " everybody, so it makes no proposals until it is landed with a criterion. Nothing is wrong with the"
            " tables, hence only a warning."
        ),
        sql="""
            select lecture_id, rule_id
            from staging.stg_rules
            where active
                and coalesce(min_percentage, min_points_absolute) is null
                and rule_id not in (select rule_id from staging.stg_rule_achievements)
        """,
        blocking=False,
    ),
    Rule(
        name="policies_find_one_active_rule",
        tables=(PROPOSALS,),
        description=(
            "The lecture that a student-performance policy names has exactly one active rule for teachers to certify"
            " by. Registration goes by certifications and works without, so this is only a warning: ask who runs the"
            " campaign whether the rule was forgotten."
        ),
        sql=f"""
            with policies as (
                select policy_id, config
                from staging.stg_registration_policies_versions
                where kind = 'student_performance' and active and valid_to is null
            ),

            named as (
                select policy_id, config ->> '$.lecture_id' as lecture_id
                from policies
                where json_type(config, '$.lecture_id') in ('VARCHAR', 'BIGINT', 'UBIGINT')
                union all
                select policy_id, unnest(config ->> '$.lecture_id[*]') from policies
            ),

            read_as_ids as (
                select policy_id, {trimmed("lecture_id")} as lecture_id from named
            ),

            active as (
                select lecture_id, count(*) as rules from staging.stg_rules where active group by all
            )

            select policy_id, lecture_id, active.rules
            from read_as_ids
            left join active using (lecture_id)
            where active.rules is distinct from 1
        """,
        blocking=False,
    ),
)
