-- The user, and each task whose completion stands: the assignment as it is in force, and the event that completed it; and
-- the last cancellation of a task that had been completed before.
with users as (
    select users.*
    from shown
    inner join staging.stg_users as users
        on shown.user_id = users.user_id
),

completed as (
    select
        assignments._batch,
        assignments._row,
        assignments.task_assignment_id,
        history.tasks_completed,
        history.completed_at,
        assignments.valid_from
    from shown
    inner join intermediate.int_performance_history as history
        on shown.user_id = history.user_id
    inner join staging.stg_task_assignments as assignments
        on history.task_assignment_id = assignments.task_assignment_id
),

-- Who is in no list of users is shown for the tasks alone that are assigned.
assigned as (
    select assignments.*
    from shown
    inner join staging.stg_task_assignments as assignments
        on shown.user_id = assignments.user_id
    where not exists (select 1 from users where users.user_id = shown.user_id)
),

cancellations as (
    select events.*
    from completed
    inner join staging.stg_task_events as events
        on completed.task_assignment_id = events.task_assignment_id
        and completed.completed_at = events.occurred_at
    where events.event_type = 'cancelled'
),

-- Of several completions at one moment the first one stands that no cancellation comes after.
completions as (
    select
        events.*,
        completed.tasks_completed
    from completed
    inner join staging.stg_task_events as events
        on completed.task_assignment_id = events.task_assignment_id
        and completed.completed_at = events.occurred_at
    where events.event_type = 'completed'
        and not exists (
            select 1 from cancellations
            where cancellations.task_assignment_id = events.task_assignment_id
                and cancellations.task_event_id > events.task_event_id
        )
    qualify row_number() over (
        partition by events.task_assignment_id
        order by events.task_event_id asc nulls last
    ) = 1
),

taken_back as (
    select cancelled.*
    from shown
    inner join staging.stg_task_assignments as assignments
        on shown.user_id = assignments.user_id
    inner join staging.stg_task_events as cancelled
        on assignments.task_assignment_id = cancelled.task_assignment_id
    where cancelled.event_type = 'cancelled'
        and exists (
            select 1 from staging.stg_task_events as completed
            where completed.task_assignment_id = cancelled.task_assignment_id
                and completed.event_type = 'completed'
                and (completed.occurred_at, completed.task_event_id) < (cancelled.occurred_at, cancelled.task_event_id)
        )
    qualify row_number() over (
        partition by cancelled.task_assignment_id
        order by cancelled.occurred_at desc nulls last, cancelled.task_event_id desc nulls last
    ) = 1
),

signals as (
    select 'users' as contract, _batch, _row, valid_from as moment, user_id || ': who it is, and the organization' as what
    from users
    union all
    select 'task_assignments', _batch, _row, valid_from, task_assignment_id || ': due date, difficulty and skill match'
    from completed
    union all
    select 'task_assignments', _batch, _row, valid_from, task_assignment_id || ': is assigned'
    from assigned
    union all
    select 'task_events', _batch, _row, occurred_at, task_event_id || ': completion ' || tasks_completed
    from completions
    union all
    select 'task_events', _batch, _row, occurred_at, task_event_id || ': takes back that ' || task_assignment_id || ' was completed'
    from taken_back
)

select * from signals
