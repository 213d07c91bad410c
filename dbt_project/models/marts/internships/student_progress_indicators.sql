with internships as (
    select * from {{ ref('int_internships') }}
),

days as (
    select * from {{ ref('int_internship_days') }}
),

task_assignments as (
    select * from {{ ref('int_internship_task_assignments') }}
),

kpi_progress as (
    select * from {{ ref('internship_kpi_progress') }}
),

bands as (
    select * from {{ ref('attendance_bands') }}
),

attendance_bands as (
    select
        kpi_progress.internship_instance_id,
        max_by(bands.attendance_band, bands.min_attendance_rate) as attendance_band
    from kpi_progress
    inner join bands
        on kpi_progress.value >= cast(bands.min_attendance_rate as double)
    where kpi_progress.metric = 'attendance_rate'
    group by kpi_progress.internship_instance_id
),

metrics_so_far as (
    select
        internship_instance_id,
        {{ internship_metrics() }}
    from days
    group by internship_instance_id
),

assigned_so_far as (
    select
        internship_instance_id,
        count(distinct task_id) as tasks_assigned
    from task_assignments
    where assigned_at <= {{ as_of() }}
    group by internship_instance_id
),

indicators as (
    select
        internships.internship_instance_id,
        internships.user_id,
        attendance_bands.attendance_band,
        coalesce(metrics_so_far.tasks_completed, 0) as tasks_completed,
        coalesce(assigned_so_far.tasks_assigned, 0) as tasks_assigned,
        coalesce(metrics_so_far.training_completed, 0) as training_completed,
        coalesce({{ weeks_through('internships.kpi_as_of') }}, 0) as weeks_elapsed,
        {{ weeks_through('internships.ends_on') }} as weeks_total,
        internships.kpi_as_of
    from internships
    left join attendance_bands
        on internships.internship_instance_id = attendance_bands.internship_instance_id
    left join metrics_so_far
        on internships.internship_instance_id = metrics_so_far.internship_instance_id
    left join assigned_so_far
        on internships.internship_instance_id = assigned_so_far.internship_instance_id
)

select * from indicators
