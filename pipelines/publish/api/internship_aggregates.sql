-- All windows of one internship so far, oldest first, each in the shape of the document's aggregate record (R000-24).
-- aggregation_window is `daily` or `weekly`. No row for an internship that is not in force.
create or replace macro api.internship_aggregates(internship_instance_id, aggregation_window := 'weekly') as table
with internship as (
    select distinct kpi_progress.internship_instance_id
    from internships.internship_kpi_progress as kpi_progress
    where kpi_progress.internship_instance_id = internship_instance_id
),

records as (
    select
        aggregates.period_start as starts_on,
        {
            'internshipInstanceId': aggregates.internship_instance_id,
            'aggregationWindow': aggregates.aggregation_window,
            'periodStart': aggregates.period_start,
            'periodEnd': aggregates.period_end,
            'metrics': {
                -- Half up to two decimals in whole numbers: floor(100 a / e + 1/2) = (200 a + e) // 2 e; NULL without days.
                'attendanceRate': (200 * aggregates.attended_days + aggregates.expected_days)
                    // nullif(2 * aggregates.expected_days, 0) / 100,
                'tasksCompleted': aggregates.tasks_completed,
                'tasksLate': aggregates.tasks_late,
                'trainingCompleted': aggregates.training_completed
            }
        } as record
    from internships.internship_aggregates as aggregates
    where aggregates.internship_instance_id = internship_instance_id
        and aggregates.aggregation_window = aggregation_window
)

select
    internship.internship_instance_id as "internshipInstanceId",
    aggregation_window as "aggregationWindow",
    coalesce((select list(records.record order by records.starts_on) from records), []) as aggregates
from internship;
