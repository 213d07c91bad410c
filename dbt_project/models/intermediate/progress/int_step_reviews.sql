-- Teachers' reviews of a step that the student had then, and the assignment that they speak of.
with events as (
    select * from {{ ref('stg_step_events') }}
    where event_type = 'progress_reviewed'
),

periods as (
    select * from {{ ref('int_step_periods') }}
),

reviews as (
    select
        events.student_id,
        periods.assignment_id,
        events.occurred_at
    from events
    inner join periods
        on events.step_id = periods.step_id
        and events.student_id = periods.student_id
        and {{ is_in_force('periods', 'events.occurred_at') }}
)

select * from reviews
