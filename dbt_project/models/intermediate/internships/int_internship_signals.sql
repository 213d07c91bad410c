{# Read once, by int_internship_days: not worth a table. #}
{{ config(materialized='view') }}

with internships as (
    select * from {{ ref('int_internships') }}
),

clock_ins as (
    select
        internship_instance_id,
        attendance_record_id as subject_id,
        'clock_in' as signal,
        false as is_late,
        occurred_at
    from {{ ref('stg_attendance_records') }}
),

completed_tasks as (
    select
        internship_instance_id,
        task_id as subject_id,
        'task_completed' as signal,
        is_late,
        submitted_at as occurred_at
    from {{ ref('int_internship_completed_tasks') }}
),

overdue_tasks as (
    select
        internship_instance_id,
        task_id as subject_id,
        'task_overdue' as signal,
        false as is_late,
        due_at as occurred_at
    from {{ ref('int_internship_overdue_tasks') }}
),

completed_trainings as (
    select
        internship_instance_id,
        training_id as subject_id,
        'training_completed' as signal,
        false as is_late,
        occurred_at
    from {{ ref('stg_training_events') }}
    where status = 'completed'
),

employer_inputs as (
    select
        internship_instance_id,
        employer_input_id as subject_id,
        'employer_input' as signal,
        false as is_late,
        occurred_at
    from {{ ref('stg_employer_inputs') }}
),

signals as (
    select * from clock_ins
    union all
    select * from completed_tasks
    union all
    select * from overdue_tasks
    union all
    select * from completed_trainings
    union all
    select * from employer_inputs
),

on_local_days as (
    select
        signals.*,
        internships.starts_on,
        internships.ends_on,
        {{ local_day('signals.occurred_at', 'internships.timezone') }} as day
    from signals
    inner join internships
        on signals.internship_instance_id = internships.internship_instance_id
),

within_the_internship as (
    select
        internship_instance_id,
        subject_id,
        signal,
        is_late,
        day
    from on_local_days
    where day between starts_on and ends_on
)

select * from within_the_internship
