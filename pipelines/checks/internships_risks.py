"""What risk states and notifications of `internships` must agree on: the weeks they judge, and each other."""

from pipelines.checks.rule import Rule

AGGREGATES = "internships.internship_aggregates"
RISK_STATES = "internships.internship_risk_states"
NOTIFICATIONS = "internships.internship_notifications"

RISK_RULES: tuple[Rule, ...] = (
    Rule(
        name="risk_is_judged_on_the_weeks_aggregate",
        tables=(AGGREGATES, RISK_STATES),
        description=(
            "Every risk state speaks of a closed week of `internship_aggregates`, and its value is that week's"
            " metric: the flag changes no number and invents none. Another value would alarm about something that"
            " nobody can look up. The fault is in `int_internship_kpis` or `internship_risk_states`."
        ),
        sql=f"""
            select risk.internship_instance_id, risk.metric, risk.period_start, risk.value
            from {RISK_STATES} as risk
            left join {AGGREGATES} as week
                on week.internship_instance_id = risk.internship_instance_id
                and week.aggregation_window = 'weekly'
                and week.period_start = risk.period_start
                and week.is_closed
            where week.internship_instance_id is null
                or risk.value is distinct from case risk.metric
                    when 'attendance_rate' then week.attendance_rate
                    when 'tasks_completed' then week.tasks_completed
                    when 'tasks_late' then week.tasks_late
                    when 'training_completed' then week.training_completed
                end
        """,
    ),
    Rule(
        name="changes_are_against_the_week_before",
        tables=(RISK_STATES,),
        description=(
            "`changed` compares with the state seven days before, which is `none` where that week has no row. A"
            " wrong one sends a notification too many, or none. The fault is in `internship_risk_states`."
        ),
        sql=f"""
            select risk.internship_instance_id, risk.metric, risk.period_start
            from {RISK_STATES} as risk
            left join {RISK_STATES} as week_before
                on week_before.internship_instance_id = risk.internship_instance_id
                and week_before.metric = risk.metric
                and week_before.period_start + to_days(7) = risk.period_start
            where risk.changed <> (risk.state <> coalesce(week_before.state, 'none'))
        """,
    ),
    Rule(
        name="every_turn_to_at_risk_notifies_once",
        tables=(RISK_STATES, NOTIFICATIONS),
        description=(
            "There is a notification for each change to `at_risk`, and for nothing else. A missing one leaves an"
            " employer in the dark, one too many cries wolf. The fault is in `internship_notifications`."
        ),
        sql=f"""
            with turns as (
                select internship_instance_id, employer_id, metric, period_start
                from {RISK_STATES}
                where changed and state = 'at_risk'
            ),

            notified as (
                select internship_instance_id, employer_id, metric, period_start from {NOTIFICATIONS}
            )

            (from turns except from notified) union all (from notified except from turns)
        """,
    ),
)
