with events as (
    select * from {{ ref('int_event_inconsistencies') }}
),

steps as (
    select * from {{ ref('step_progress') }}
    where not is_removed
),

assignments as (
    select * from {{ ref('assignment_progress') }}
),

found as (
    select kind, 'step' as scope_type, step_id as scope_id, student_id, step_event_id as event_id, detail
    from events
    union all
    select
        'completed_before_started',
        'step',
        step_id,
        student_id,
        '',
        {{ json_object([
            ('completed_at', json_of_text(iso_text('completed_at'))),
            ('completion_source', json_of_text('completion_source')),
            ('started_at', json_of_text(iso_text('started_at'))),
        ]) }}
    from steps
    where completed_at < started_at
    union all
    select
        'negative_time',
        'step',
        step_id,
        student_id,
        '',
        {{ json_object([('time_on_task_ms', json_of_integer('time_on_task_ms'))]) }}
    from steps
    where time_on_task_ms < 0
    union all
    select
        'completion_above_100',
        'assignment',
        assignment_id,
        student_id,
        '',
        {{ json_object([
            ('completion_percentage', json_of_number('completion_percentage')),
            ('steps_required', json_of_integer('steps_required')),
        ]) }}
    from assignments
    where completion_percentage > 100
),

inconsistencies as (
    select
        {{ hashed_key(['kind', 'scope_type', 'scope_id', 'student_id', 'event_id']) }} as inconsistency_id,
        kind,
        scope_type,
        scope_id,
        student_id,
        detail,
        false as repaired
    from found
)

select * from inconsistencies
