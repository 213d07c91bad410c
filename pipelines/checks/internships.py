"""What the marts of `internships` must agree on, with each other and with the signals they are made of.

Belongs here: rules that tie rows and tables together, each as SQL that finds what breaks it, worked out another way
than the models do. Not here: what a single row must satisfy (`internships_rows.py`), and how the numbers come
about, which the dbt models and their unit tests say.
"""

from pipelines.checks.internships_anonymity import ANONYMITY_RULES
from pipelines.checks.internships_risks import AGGREGATES, RISK_RULES
from pipelines.checks.internships_rows import MODELS
from pipelines.checks.rule import Rule

__all__ = ["MODELS", "RULES"]

KPI_PROGRESS = "internships.internship_kpi_progress"
INDICATORS = "internships.student_progress_indicators"

LOCAL_SIGNALS = """
            internships as (
                select
                    internship.internship_instance_id,
                    coalesce(internship.timezone, organization.timezone, 'UTC') as timezone,
                    internship.starts_on,
                    internship.ends_on
                from staging.stg_internships as internship
                left join staging.stg_organizations as organization using (organization_id)
            ),

            first_submissions as (
                select assignment.internship_instance_id, assignment.task_id, min(event.occurred_at) as occurred_at
                from staging.stg_task_assignments as assignment
                inner join staging.stg_task_events as event using (task_assignment_id)
                where event.event_type = 'submitted'
                group by all
            ),

            signals as (
                select internship_instance_id, 'task' as kind, task_id as subject, occurred_at from first_submissions
                union all
                select internship_instance_id, 'training', training_id, occurred_at
                from staging.stg_training_events where status = 'completed'
                union all
                select internship_instance_id, 'input', employer_input_id, occurred_at
                from staging.stg_employer_inputs
                union all
                select internship_instance_id, 'clock_in', attendance_record_id, occurred_at
                from staging.stg_attendance_records
            ),

            local_signals as (
                select *, cast(timezone(timezone, occurred_at) as date) as day
                from signals
                inner join internships using (internship_instance_id)
                where day between starts_on and ends_on
            )
"""

RULES: tuple[Rule, ...] = (
    Rule(
        name="every_internship_in_force_is_shown",
        tables=(KPI_PROGRESS, INDICATORS),
        description=(
            "Every internship in force, and no other, has its indicators and all four metrics, begun or not. A"
            " missing one would look unknown to `api.internship_aggregate`; one too many would show a withdrawn"
            " internship. Compare the listed ids with `staging.stg_internships`; the fault is in the models, not"
            " in the data."
        ),
        sql=f"""
            with shown as (
                select internship_instance_id from {INDICATORS}
                union all
                select internship_instance_id from {KPI_PROGRESS}
            ),

            counted as (
                select internship_instance_id, count(*) as rows from shown group by all
            )

            select internship_instance_id, counted.rows
            from counted
            full join staging.stg_internships using (internship_instance_id)
            where counted.rows is distinct from 5 or stg_internships.user_id is null
        """,
    ),
    Rule(
        name="windows_have_no_gaps",
        tables=(AGGREGATES,),
        description=(
            "Every day and every week from the first to the last of an internship that has begun has a row, also"
            " without a signal. A gap would read as a day that never was, and leave it out of"
            " `api.internship_aggregate`. The fault is in `int_internship_calendar`."
        ),
        sql=f"""
            with windows as (
                select
                    internship_instance_id,
                    aggregation_window,
                    count(*) as shown,
                    min(period_start) as first_start,
                    max(period_start) as last_start,
                    if(aggregation_window = 'daily', 1, 7) as length
                from {AGGREGATES}
                group by all
            )

            select windows.*, stg_internships.starts_on
            from windows
            left join staging.stg_internships using (internship_instance_id)
            where shown <> date_diff('day', first_start, last_start) / length + 1
                or stg_internships.starts_on is null
                or stg_internships.starts_on not between first_start and first_start + to_days(length - 1)
                or last_start > stg_internships.ends_on
        """,
    ),
    Rule(
        name="weeks_are_the_sum_of_their_days",
        tables=(AGGREGATES,),
        description=(
            "A week's expected and attended days, completed and late tasks and employer inputs are the sums of"
            " its days, and its trainings the union of theirs. Otherwise two readers of one table see two truths."
            " The fault is in `internship_aggregates` or the macro `internship_metrics`."
        ),
        sql=f"""
            with days as (
                select
                    internship_instance_id,
                    cast(date_trunc('week', period_start + interval 1 day) - interval 1 day as date) as period_start,
                    sum(expected_days) as expected_days,
                    sum(attended_days) as attended_days,
                    sum(tasks_completed) as tasks_completed,
                    sum(tasks_late) as tasks_late,
                    sum(employer_inputs) as employer_inputs,
                    list_sort(list_distinct(flatten(list(training_ids)))) as training_ids
                from {AGGREGATES}
                where aggregation_window = 'daily'
                group by all
            ),

            weeks as (
                select internship_instance_id, period_start, expected_days, attended_days, tasks_completed, tasks_late,
                    employer_inputs, training_ids
                from {AGGREGATES}
                where aggregation_window = 'weekly'
            )

            -- A first week may have begun before its first day.
            (
                from weeks
                where expected_days + tasks_completed + employer_inputs + len(training_ids) > 0
                except from days
            )
            union all
            (from days except from weeks)
        """,
    ),
    Rule(
        name="signals_are_counted_once",
        tables=(AGGREGATES,),
        description=(
            "Summed over its days, an internship has as many completed tasks, trainings and employer inputs as"
            " staging has first submissions, distinct trainings and inputs on its local days from start to end,"
            " and never more attended days than days with a clock-in. Less is a lost signal, more is one counted"
            " twice or outside its internship. Look at the listed internship's rows in staging and at its time"
            " zone in `int_internships`."
        ),
        sql=f"""
            with {LOCAL_SIGNALS.strip()},

            in_staging as (
                select
                    internship_instance_id,
                    count(*) filter (where kind = 'task') as tasks,
                    count(distinct subject) filter (where kind = 'training') as trainings,
                    count(*) filter (where kind = 'input') as inputs,
                    count(distinct day) filter (where kind = 'clock_in') as days
                from local_signals
                group by all
            ),

            in_mart as (
                select
                    internship_instance_id,
                    sum(tasks_completed) as tasks,
                    len(list_distinct(flatten(list(training_ids)))) as trainings,
                    sum(employer_inputs) as inputs,
                    sum(attended_days) as days
                from {AGGREGATES}
                where aggregation_window = 'daily'
                group by all
            )

            select internship_instance_id, in_staging, in_mart
            from in_mart
            full join in_staging using (internship_instance_id)
            where coalesce(in_mart.tasks, 0) <> coalesce(in_staging.tasks, 0)
                or coalesce(in_mart.trainings, 0) <> coalesce(in_staging.trainings, 0)
                or coalesce(in_mart.inputs, 0) <> coalesce(in_staging.inputs, 0)
                or coalesce(in_mart.days, 0) > coalesce(in_staging.days, 0)
        """,
    ),
    Rule(
        name="kpis_are_their_days_over_closed_weeks",
        tables=(AGGREGATES, KPI_PROGRESS),
        description=(
            "A KPI is its metric over all days through `kpi_as_of` taken as one window, and `value_last_week`"
            " that of the closed week that ends there, which is the last one. Otherwise thresholds and bands speak"
            " of something else than the aggregates. The fault is in `int_internship_kpis` or"
            " `internship_kpi_progress`."
        ),
        sql=f"""
            with closings as (
                select internship_instance_id, max(period_end) filter (where is_closed) as kpi_as_of
                from {AGGREGATES}
                where aggregation_window = 'weekly'
                group by all
            ),

            totals as (
                select
                    internship_instance_id,
                    any_value(kpi_as_of) as kpi_as_of,
                    cast(sum(attended_days) as double) / nullif(sum(expected_days), 0) as attendance_rate,
                    cast(sum(tasks_completed) as double) as tasks_completed,
                    cast(sum(tasks_late) as double) as tasks_late,
                    cast(len(list_distinct(flatten(list(training_ids)))) as double) as training_completed
                from {AGGREGATES}
                inner join closings using (internship_instance_id)
                where aggregation_window = 'daily' and period_end <= kpi_as_of
                group by all
            ),

            recomputed as (
                select
                    kpi.internship_instance_id,
                    kpi.metric,
                    case kpi.metric
                        when 'attendance_rate' then totals.attendance_rate
                        when 'tasks_completed' then totals.tasks_completed
                        when 'tasks_late' then totals.tasks_late
                        when 'training_completed' then totals.training_completed
                    end as value,
                    case kpi.metric
                        when 'attendance_rate' then week.attendance_rate
                        when 'tasks_completed' then week.tasks_completed
                        when 'tasks_late' then week.tasks_late
                        when 'training_completed' then week.training_completed
                    end as value_last_week,
                    totals.kpi_as_of
                from {KPI_PROGRESS} as kpi
                left join totals using (internship_instance_id)
                left join {AGGREGATES} as week
                    on week.internship_instance_id = kpi.internship_instance_id
                    and week.aggregation_window = 'weekly'
                    and week.period_end = totals.kpi_as_of
            )

            select kpi.internship_instance_id, kpi.metric, kpi.value, recomputed.value as recomputed_value
            from {KPI_PROGRESS} as kpi
            inner join recomputed using (internship_instance_id, metric)
            where kpi.value is distinct from recomputed.value
                or kpi.value_last_week is distinct from recomputed.value_last_week
                or kpi.kpi_as_of is distinct from recomputed.kpi_as_of
        """,
    ),
    *RISK_RULES,
    *ANONYMITY_RULES,
    Rule(
        name="indicators_agree_with_the_aggregates",
        tables=(AGGREGATES, KPI_PROGRESS, INDICATORS),
        description=(
            "What an intern is told is what the employer sees: tasks and trainings so far, closed weeks, the day"
            " the KPI speaks of, and the band of its rate (good from 0.9, fair from 0.75). The fault is in"
            " `student_progress_indicators` or the seed `attendance_bands`."
        ),
        sql=f"""
            with so_far as (
                select
                    internship_instance_id,
                    sum(tasks_completed) filter (where aggregation_window = 'daily') as tasks_completed,
                    len(list_distinct(flatten(list(training_ids)))) as training_completed,
                    count(*) filter (where aggregation_window = 'weekly' and is_closed) as weeks_elapsed
                from {AGGREGATES}
                group by all
            ),

            attendance as (
                select
                    internship_instance_id,
                    kpi_as_of,
                    case
                        when value >= 0.9 then 'good'
                        when value >= 0.75 then 'fair'
                        when value >= 0 then 'low'
                    end as band
                from {KPI_PROGRESS}
                where metric = 'attendance_rate'
            )

            select indicator.internship_instance_id, indicator, so_far, attendance
            from {INDICATORS} as indicator
            left join so_far using (internship_instance_id)
            left join attendance using (internship_instance_id)
            where indicator.tasks_completed <> coalesce(so_far.tasks_completed, 0)
                or indicator.training_completed <> coalesce(so_far.training_completed, 0)
                or indicator.weeks_elapsed <> coalesce(so_far.weeks_elapsed, 0)
                or indicator.kpi_as_of is distinct from attendance.kpi_as_of
                or indicator.attendance_band is distinct from attendance.band
        """,
    ),
)
