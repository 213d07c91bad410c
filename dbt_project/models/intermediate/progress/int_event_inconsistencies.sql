-- Events that happened where they could not, with the facts that contradict each other (R003-142, 143).
with events as (
    select * from {{ ref('stg_step_events') }}
),

known_steps as (
    {{ known_steps() }}
),

steps as (
    select * from {{ ref('int_step_versions') }}
),

assignment_students as (
    select * from {{ ref('int_assignment_students') }}
),

updates as (
    select * from {{ ref('int_step_updates') }}
),

beside_the_event_before as (
    select
        *,
        lag(occurred_at) over (
            partition by student_id, session_id
            order by occurred_at asc nulls last, step_event_id asc nulls last
        ) as previous_at
    from events
    where session_id is not null
        and step_id in (select step_id from known_steps)
),

inconsistencies as (
    select
        'attempt_while_locked' as kind,
        step_id,
        student_id,
        source_id as step_event_id,
        {{ json_object([
            ('step_event_id', json_of_text('source_id')),
            ('occurred_at', json_of_text(iso_text('occurred_at'))),
            ('assignment_id', json_of_text('assignment_id')),
        ]) }} as detail
    from updates
    where event_type = 'attempted' and previous_state = 'locked' and is_behind and is_own
    union all
    select
        'event_before_assigned',
        events.step_id,
        events.student_id,
        events.step_event_id,
        {{ json_object([
            ('step_event_id', json_of_text('events.step_event_id')),
            ('occurred_at', json_of_text(iso_text('events.occurred_at'))),
            ('event_type', json_of_text('events.event_type')),
            ('assignment_id', json_of_text('steps.assignment_id')),
            ('starts_at', json_of_text(iso_text('assignment_students.starts_at'))),
        ]) }}
    from events
    inner join steps
        on events.step_id = steps.step_id
        and steps.valid_to is null
    inner join assignment_students
        on steps.assignment_id = assignment_students.assignment_id
        and events.student_id = assignment_students.student_id
        and events.occurred_at < assignment_students.starts_at
        and assignment_students.valid_to is null
    union all
    select
        'event_before_step_existed',
        events.step_id,
        events.student_id,
        events.step_event_id,
        {{ json_object([
            ('step_event_id', json_of_text('events.step_event_id')),
            ('occurred_at', json_of_text(iso_text('events.occurred_at'))),
            ('event_type', json_of_text('events.event_type')),
            ('step_exists_from', json_of_text(iso_text('known_steps.known_from'))),
        ]) }}
    from events
    inner join known_steps
        on events.step_id = known_steps.step_id
        and events.occurred_at < known_steps.known_from
    union all
    select
        'event_on_archived',
        events.step_id,
        events.student_id,
        events.step_event_id,
        {{ json_object([
            ('step_event_id', json_of_text('events.step_event_id')),
            ('occurred_at', json_of_text(iso_text('events.occurred_at'))),
            ('event_type', json_of_text('events.event_type')),
            ('assignment_id', json_of_text('steps.assignment_id')),
        ]) }}
    from events
    inner join steps
        on events.step_id = steps.step_id
        and {{ is_in_force('steps', 'events.occurred_at') }}
    inner join assignment_students
        on steps.assignment_id = assignment_students.assignment_id
        and events.student_id = assignment_students.student_id
        and {{ is_in_force('assignment_students', 'events.occurred_at') }}
        and assignment_students.is_archived
    union all
    select
        'time_longer_than_elapsed',
        step_id,
        student_id,
        step_event_id,
        {{ json_object([
            ('step_event_id', json_of_text('step_event_id')),
            ('occurred_at', json_of_text(iso_text('occurred_at'))),
            ('session_id', json_of_text('session_id')),
            ('previous_event_at', json_of_text(iso_text('previous_at'))),
            ('time_on_task_ms', json_of_integer('time_on_task_ms')),
        ]) }}
    from beside_the_event_before
    where 1000 * {{ widest('time_on_task_ms') }} > {{ microseconds_between('previous_at', 'occurred_at') }}
)

select * from inconsistencies
