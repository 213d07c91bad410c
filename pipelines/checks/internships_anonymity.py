"""What the anonymous aggregates of `internships` must hold to: nobody is alone in what is shown."""

from pipelines.checks.internships_risks import AGGREGATES
from pipelines.checks.rule import Rule

ANONYMOUS = "internships.internship_aggregates_anonymous"
SMALLEST_GROUP = 5

ANONYMITY_RULES: tuple[Rule, ...] = (
    Rule(
        name="anonymous_groups_are_large_enough",
        tables=(ANONYMOUS, AGGREGATES),
        description=(
            "What is shown of an organization, window and period is shown of at least five internships, and of an"
            " organization's week either every day that has rows or none, so that no subtraction tells of a day that"
            " was left out. A group that breaks it could be recognised: the fault is in"
            " `internship_aggregates_anonymous`, and nothing of it may be published."
        ),
        sql=f"""
            with groups as (
                select
                    aggregates.organization_id,
                    aggregates.aggregation_window,
                    aggregates.period_start,
                    aggregates.period_start - cast(isodow(aggregates.period_start) % 7 as integer) as week_start,
                    count(*) as internships,
                    count(shown.subject_hash) as subjects
                from {AGGREGATES} as aggregates
                left join {ANONYMOUS} as shown
                    on shown.subject_hash = aggregates.internship_instance_id
                    and shown.aggregation_window = aggregates.aggregation_window
                    and shown.period_start = aggregates.period_start
                group by all
            ),

            weeks as (
                select
                    organization_id,
                    week_start,
                    count(*) filter (where subjects > 0) as days_shown,
                    count(*) as days
                from groups
                where aggregation_window = 'daily'
                group by all
            )

            select organization_id, aggregation_window, period_start, subjects, internships
            from groups
            where subjects > 0
                and (organization_id is null or subjects < {SMALLEST_GROUP} or subjects <> internships)
            union all
            select organization_id, 'daily', week_start, days_shown, days
            from weeks
            where days_shown not in (0, days)
        """,
    ),
    Rule(
        name="anonymous_rows_are_aggregates",
        tables=(ANONYMOUS, AGGREGATES),
        description=(
            "Every anonymous row has the metrics of the aggregate that it stands for. Another number would be learned"
            " from and could be looked up by nobody. The fault is in `internship_aggregates_anonymous`."
        ),
        sql=f"""
            select subject_hash, aggregation_window, period_start from (
                from {ANONYMOUS}
                except
                select internship_instance_id, aggregation_window, attendance_rate, expected_days, attended_days,
                    tasks_completed, tasks_late, tasks_overdue, training_completed, employer_inputs, period_start
                from {AGGREGATES}
            )
        """,
    ),
)
