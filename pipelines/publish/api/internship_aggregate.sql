-- One internship's metrics over any range of days, both ends included, in the shape of the document's aggregate record
-- (R000-24); dates are given as DATE or text. Days outside the internship, or still to come, hold nothing.
-- No row for an internship that is not in force.
create or replace macro api.internship_aggregate(internship_instance_id, period_start, period_end) as table
with internship as (
    select distinct kpi_progress.internship_instance_id
    from internships.internship_kpi_progress as kpi_progress
    where kpi_progress.internship_instance_id = internship_instance_id
),

days as (
    select aggregates.*
    from internships.internship_aggregates as aggregates
    where aggregates.internship_instance_id = internship_instance_id
        and aggregates.aggregation_window = 'daily'
        and aggregates.period_start between cast(period_start as date) and cast(period_end as date)
),

totals as (
    select
        coalesce(sum(days.attended_days), 0) as attended_days,
        coalesce(sum(days.expected_days), 0) as expected_days,
        coalesce(sum(days.tasks_completed), 0) as tasks_completed,
        coalesce(sum(days.tasks_late), 0) as tasks_late,
        coalesce(len(list_distinct(flatten(list(days.training_ids)))), 0) as training_completed
    from days
)

select
    internship.internship_instance_id as "internshipInstanceId",
    'on_demand' as "aggregationWindow",
    cast(period_start as date) as "periodStart",
    cast(period_end as date) as "periodEnd",
    {
        -- Half up to two decimals in whole numbers: floor(100 a / e + 1/2) = (200 a + e) // 2 e; NULL without days.
        'attendanceRate': cast((200 * totals.attended_days + totals.expected_days)
            // nullif(2 * totals.expected_days, 0) as bigint) / 100,
        'tasksCompleted': cast(totals.tasks_completed as bigint),
        'tasksLate': cast(totals.tasks_late as bigint),
        'trainingCompleted': cast(totals.training_completed as bigint)
    } as metrics
from internship
cross join totals;
