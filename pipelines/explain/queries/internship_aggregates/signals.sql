-- The internship as it is in force, and what counts in the window: on a local day of it that the internship lasts.
with windows as (
    select
        shown.internship_instance_id,
        internships.timezone,
        greatest(shown.period_start, internships.starts_on) as first_day,
        least(shown.period_end, internships.ends_on) as last_day
    from shown
    inner join intermediate.int_internships as internships
        on shown.internship_instance_id = internships.internship_instance_id
),

internships as (
    select internships.*
    from windows
    inner join staging.stg_internships as internships
        on windows.internship_instance_id = internships.internship_instance_id
),

-- An internship without a time zone of its own takes its organization's.
organizations as (
    select organizations.*
    from internships
    inner join staging.stg_organizations as organizations
        on internships.organization_id = organizations.organization_id
    where internships.timezone is null
),

days_off as (
    select days_off.*
    from windows
    inner join staging.stg_internship_days_off as days_off
        on windows.internship_instance_id = days_off.internship_instance_id
        and days_off.day between windows.first_day and windows.last_day
),

clock_ins as (
    select
        records.*,
        days.day
    from windows
    inner join staging.stg_attendance_records as records
        on windows.internship_instance_id = records.internship_instance_id
    inner join intermediate.int_internship_days as days
        on records.internship_instance_id = days.internship_instance_id
        and cast(timezone(windows.timezone, records.occurred_at) as date) = days.day
        and days.day between windows.first_day and windows.last_day
    where days.is_attended
),

completed_tasks as (
    select
        events._batch as event_batch,
        events._row as event_row,
        assignments._batch as assignment_batch,
        assignments._row as assignment_row,
        events.task_event_id,
        assignments.task_assignment_id,
        tasks.task_id,
        tasks.is_late,
        tasks.submitted_at,
        assignments.due_at,
        assignments.valid_from
    from windows
    inner join intermediate.int_internship_completed_tasks as tasks
        on windows.internship_instance_id = tasks.internship_instance_id
        and cast(timezone(windows.timezone, tasks.submitted_at) as date) between windows.first_day and windows.last_day
    inner join staging.stg_task_assignments as assignments
        on tasks.internship_instance_id = assignments.internship_instance_id
        and tasks.task_id = assignments.task_id
    inner join staging.stg_task_events as events
        on assignments.task_assignment_id = events.task_assignment_id
        and events.event_type = 'submitted'
        and tasks.submitted_at = events.occurred_at
    qualify row_number() over (
        partition by tasks.internship_instance_id, tasks.task_id
        order by events.task_event_id asc nulls last
    ) = 1
),

overdue_tasks as (
    select assignments.*
    from windows
    inner join intermediate.int_internship_overdue_tasks as tasks
        on windows.internship_instance_id = tasks.internship_instance_id
        and cast(timezone(windows.timezone, tasks.due_at) as date) between windows.first_day and windows.last_day
    inner join staging.stg_task_assignments as assignments
        on tasks.task_assignment_id = assignments.task_assignment_id
),

-- What would be overdue, had nobody closed it.
closed_tasks as (
    select
        events.*,
        assignments.task_id,
        assignments.due_at
    from windows
    inner join staging.stg_task_assignments as assignments
        on windows.internship_instance_id = assignments.internship_instance_id
        and cast(timezone(windows.timezone, assignments.due_at) as date) between windows.first_day and windows.last_day
        and assignments.due_at < (select as_of from ops.run)
    inner join staging.stg_task_events as events
        on assignments.task_assignment_id = events.task_assignment_id
        and events.event_type in ('completed', 'cancelled')
    where not exists (
        select 1 from intermediate.int_internship_completed_tasks as tasks
        where tasks.internship_instance_id = assignments.internship_instance_id
            and tasks.task_id = assignments.task_id
    )
),

trainings as (
    select events.*
    from windows
    inner join staging.stg_training_events as events
        on windows.internship_instance_id = events.internship_instance_id
        and cast(timezone(windows.timezone, events.occurred_at) as date) between windows.first_day and windows.last_day
    where events.status = 'completed'
),

employer_inputs as (
    select inputs.*
    from windows
    inner join staging.stg_employer_inputs as inputs
        on windows.internship_instance_id = inputs.internship_instance_id
        and cast(timezone(windows.timezone, inputs.occurred_at) as date) between windows.first_day and windows.last_day
),

signals as (
    select
        'internships' as contract, _batch, _row, valid_from as moment,
        'the internship: ' || starts_on || ' to ' || ends_on as what
    from internships
    union all
    select 'organizations', _batch, _row, valid_from, 'its organization''s time zone ' || timezone
    from organizations
    union all
    select 'internship_days_off', _batch, _row, valid_from, day || ' is off'
    from days_off
    union all
    select 'attendance_records', _batch, _row, occurred_at, attendance_record_id || ': clock-in on ' || day
    from clock_ins
    union all
    select
        'task_events', event_batch, event_row, submitted_at,
        task_event_id || ': first submission of ' || task_id || case when is_late then ', late' else '' end
    from completed_tasks
    union all
    select
        'task_assignments', assignment_batch, assignment_row, valid_from,
        task_assignment_id || ': ' || task_id || coalesce(', due ' || strftime(due_at, '%Y-%m-%dT%H:%M:%SZ'), ', without a due date')
    from completed_tasks
    union all
    select
        'task_assignments', _batch, _row, valid_from,
        task_assignment_id || ': ' || task_id || ', due ' || strftime(due_at, '%Y-%m-%dT%H:%M:%SZ') || ', overdue'
    from overdue_tasks
    union all
    select
        'task_events', _batch, _row, occurred_at,
        task_event_id || ': ' || event_type || ' ' || task_id || ', due ' || strftime(due_at, '%Y-%m-%dT%H:%M:%SZ')
            || ', which is not overdue therefore'
    from closed_tasks
    union all
    select 'training_events', _batch, _row, occurred_at, training_event_id || ': completes ' || training_id
    from trainings
    union all
    select 'employer_inputs', _batch, _row, occurred_at, employer_input_id || ': an input'
    from employer_inputs
)

select * from signals
