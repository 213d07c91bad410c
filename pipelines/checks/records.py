"""What the marts of `records` must satisfy: facts that agree with each other and with what they were made of.

Belongs here: rules about performance records, achievement progress and student standing, as they are read by
teachers and students. Not here: proposals, certifications and registration, whose rules stand in modules of their
own beside this one, what a single row must satisfy (`records_rows.py`), and how the numbers come about, which the
dbt models and their unit tests say.
"""

from pipelines.checks import records_decisions_rows, records_registration_rows, records_rows
from pipelines.checks.records_certifications import CERTIFICATION_RULES
from pipelines.checks.records_proposals import PROPOSAL_RULES
from pipelines.checks.records_registration import REGISTRATION_RULES
from pipelines.checks.rule import Rule

__all__ = ["MODELS", "RULES"]

MODELS = records_rows.MODELS | records_decisions_rows.MODELS | records_registration_rows.MODELS

FACT_RULES: tuple[Rule, ...] = (
    Rule(
        name="every_member_has_one_record",
        tables=("records.performance_records",),
        description=(
            "The records are exactly the members in force of the lectures in force, whether they handed anything in"
            " or not. A member without a record would be missing from every proposal; a record without a member"
            " would keep somebody who left. Compare the listed pairs with `staging.stg_lecture_members`; the fault"
            " is in the models of `records`, not in the data."
        ),
        sql="""
            with members as (
                select lecture_id, user_id
                from staging.stg_lecture_members
                where lecture_id in (select lecture_id from staging.stg_lectures)
            ),

            recorded as (
                select lecture_id, user_id from records.performance_records
            )

            (from members except from recorded) union all (from recorded except from members)
        """,
    ),
    Rule(
        name="points_were_earned_in_reviews",
        tables=("records.performance_records",),
        description=(
            "A total is never more than all points that were ever reviewed for the member in the lecture. More means"
            " that something was counted twice or for somebody else: look at the listed member's rows in"
            " `staging.stg_participations`, and do not let a total leave the house before it is explained."
        ),
        sql="""
            with reviewed as (
                select assessments.lecture_id, participations.user_id, sum(participations.points) as points
                from staging.stg_participations as participations
                inner join staging.stg_assessments as assessments using (assessment_id)
                where participations.status = 'reviewed'
                group by all
            )

            select record.lecture_id, record.user_id, record.points_total_materialized, reviewed.points
            from records.performance_records as record
            left join reviewed using (lecture_id, user_id)
            where record.points_total_materialized > coalesce(reviewed.points, 0)
        """,
    ),
    Rule(
        name="maximum_is_the_lectures_unless_exempt",
        tables=("records.performance_records",),
        description=(
            "A member's maximum is that of all assignments of the lecture, and less only if the member was once"
            " exempt from one. It matters because required points are a share of it. The fault is in the model"
            " `int_assignment_points`; exams and talks never belong to the maximum."
        ),
        sql="""
            with lectures as (
                select lecture_id, sum(max_points) as points
                from staging.stg_assessments
                where kind = 'assignment'
                group by all
            ),

            once_exempt as (
                select distinct assessments.lecture_id, participations.user_id
                from staging.stg_participations as participations
                inner join staging.stg_assessments as assessments using (assessment_id)
                where participations.status = 'exempt'
            )

            select record.lecture_id, record.user_id, record.points_max_materialized, lectures.points
            from records.performance_records as record
            left join lectures using (lecture_id)
            left join once_exempt
                on record.lecture_id = once_exempt.lecture_id and record.user_id = once_exempt.user_id
            where record.points_max_materialized > coalesce(lectures.points, 0)
                or (
                    record.points_max_materialized < coalesce(lectures.points, 0)
                    and once_exempt.user_id is null
                )
        """,
    ),
    Rule(
        name="records_speak_of_as_of",
        tables=("records.performance_records",),
        description=(
            "Every record was computed at the run's `as_of`. Another moment means that a table of an earlier run was"
            " left standing: `cairn run --rebuild`."
        ),
        sql="""
            select lecture_id, user_id, computed_at
            from records.performance_records
            where computed_at is distinct from (select as_of from ops.run)
        """,
    ),
    Rule(
        name="every_member_is_in_every_achievement",
        tables=("records.performance_records", "records.achievement_progress"),
        description=(
            "Each achievement of a lecture has one row per member, graded or not. A missing row hides that somebody"
            " has not met it. The fault is in the model `int_achievement_results`."
        ),
        sql="""
            with expected as (
                select achievements.achievement_id, record.user_id, record.lecture_id
                from records.performance_records as record
                inner join intermediate.int_achievements_in_force as achievements using (lecture_id)
            ),

            found as (
                select achievement_id, user_id, lecture_id from records.achievement_progress
            )

            (from expected except from found) union all (from found except from expected)
        """,
    ),
    Rule(
        name="met_ids_are_the_achievements_met",
        tables=("records.performance_records", "records.achievement_progress"),
        description=(
            "The ids in a record are those of the achievements that achievement_progress calls met. Where they"
            " differ a student is told one thing and judged by another. The fault is in one of the two models."
        ),
        sql="""
            with listed as (
                select lecture_id, user_id, unnest(achievements_met_ids) as achievement_id
                from records.performance_records
            ),

            met as (
                select lecture_id, user_id, achievement_id from records.achievement_progress where met
            )

            (from listed except from met) union all (from met except from listed)
        """,
    ),
    Rule(
        name="standing_agrees_with_the_records",
        tables=("records.student_standing", "records.performance_records"),
        description=(
            "What a student sees is what the teacher sees: the same members, the same points, and one title per"
            " achievement met. A difference is a fault of the model `student_standing`."
        ),
        sql="""
            with seen_by_students as (
                select
                    * exclude (achievements_met, certification_status),
                    len(achievements_met) as achievements
                from records.student_standing
            ),

            seen_by_teachers as (
                select
                    * exclude (achievements_met_ids, points_max_pending, computed_at),
                    len(achievements_met_ids) as achievements
                from records.performance_records
            )

            (from seen_by_students except from seen_by_teachers)
            union all
            (from seen_by_teachers except from seen_by_students)
        """,
    ),
    Rule(
        name="standing_shows_the_last_certification",
        tables=("records.student_standing",),
        description=(
            "The certification shown is one of the latest moment in which the student was certified in the lecture,"
            " and is missing only where there was none. An older one would tell a student of a decision that no"
            " longer stands. The fault is in the model `int_certification_periods`."
        ),
        sql="""
            with latest as (
                select *
                from staging.stg_certifications
                qualify occurred_at = max(occurred_at) over (partition by lecture_id, user_id)
            ),

            candidates as (
                select lecture_id, user_id, list(status) as statuses from latest group by all
            )

            select standing.lecture_id, standing.user_id, standing.certification_status, candidates.statuses
            from records.student_standing as standing
            left join candidates using (lecture_id, user_id)
            where (standing.certification_status is null) <> (candidates.statuses is null)
                or not list_contains(candidates.statuses, standing.certification_status)
        """,
    ),
    Rule(
        name="grades_are_readable",
        tables=("records.achievement_progress",),
        description=(
            "The grade of a numeric or percentage achievement reads as a number. An unreadable one (`12abc`, `75%`)"
            " meets nothing, which is safe and may be unjust: ask who graded it to land the grade again. Nothing is"
            " wrong with the tables, hence only a warning."
        ),
        sql="""
            select achievement_id, user_id, grade_value
            from records.achievement_progress
            where value_type <> 'boolean' and grade_value is not null and value is null
        """,
        blocking=False,
    ),
)

RULES = (*FACT_RULES, *PROPOSAL_RULES, *CERTIFICATION_RULES, *REGISTRATION_RULES)
