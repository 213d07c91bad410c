with updates as (
    select * from {{ ref('int_step_updates') }}
),

milestones as (
    select * from {{ ref('int_milestone_events') }}
),

reconciliations as (
    select * from {{ ref('int_reconciliation_events') }}
),

turns as (
    select * from {{ ref('int_risk_turns') }}
),

assignment_students as (
    select * from {{ ref('int_assignment_students') }}
),

happened as (
    select
        'step_progress_updated' as event,
        student_id,
        assignment_id,
        sequence_id,
        step_id,
        case when event_type = 'reconciled' then {{ free_play_source('source_id') }} else source_id end as source,
        {{ json_object([
            ('step_id', json_of_text('step_id')),
            ('assignment_id', json_of_text('assignment_id')),
            ('student_id', json_of_text('student_id')),
            ('previous_state', json_of_text('previous_state')),
            ('new_state', json_of_text('new_state')),
            ('score_achieved', json_of_number('score_achieved')),
            ('target_score', json_of_number('target_score')),
            ('passed', json_of_boolean('passed')),
            ('attempt_count', json_of_integer('attempt_count')),
            ('time_on_task_ms', json_of_integer('time_on_task_ms')),
            ('mastery_level', json_of_text('mastery_level')),
            ('completion_source', json_of_text('completion_source')),
        ]) }} as properties,
        occurred_at
    from updates
    union all
    select event, student_id, assignment_id, sequence_id, null, source, properties, occurred_at
    from milestones
    union all
    select event, student_id, assignment_id, sequence_id, step_id, source, properties, occurred_at
    from reconciliations
    union all
    select
        'student_at_risk_detected',
        turns.student_id,
        turns.gap_assignment_id,
        assignment_students.sequence_id,
        null,
        '',
        {{ json_object([
            ('student_id', json_of_text('turns.student_id')),
            ('assignment_id', json_of_text('turns.gap_assignment_id')),
            ('risk_factors', json_array('turns.risk_factors')),
            ('pacing_status', json_of_text("case when turns.gap_assignment_id is not null then 'at_risk' end")),
            ('mastery_score', json_of_number('turns.overall_mastery_score')),
            ('days_since_activity', json_of_integer('turns.days_since_activity')),
            ('intervention_recommended', json_of_text('turns.offer')),
        ]) }},
        turns.moment
    from turns
    left join assignment_students
        on turns.gap_assignment_id = assignment_students.assignment_id
        and turns.student_id = assignment_students.student_id
        and {{ is_in_force('assignment_students', 'turns.moment') }}
    {%- for scope_type, assignment_id, sequence_id, step_id, completion_percentage, mastery_score in [
        ('step', 'assignment_id', 'sequence_id', 'scope_id', 'cast(null as double)', 'cast(null as double)'),
        ('assignment', 'assignment_id', 'sequence_id', 'null', 'completion_percentage', 'mastery_score'),
        ('sequence', 'null', 'sequence_id', 'null', 'completion_percentage', 'overall_mastery_score'),
        ('student', 'null', 'null', 'null', 'cast(null as double)', 'overall_mastery_score'),
    ] %}
    union all
    select
        'progress_snapshot_created',
        student_id,
        {{ assignment_id }},
        {{ sequence_id }},
        {{ step_id }},
        snapshot_id,
        {{ json_object([
            ('snapshot_id', json_of_text('snapshot_id')),
            ('student_id', json_of_text('student_id')),
            ('scope_type', "'\"" ~ scope_type ~ "\"'"),
            ('scope_id', json_of_text('scope_id')),
            ('trigger', json_of_text('trigger')),
            ('completion_percentage', json_of_number(completion_percentage)),
            ('mastery_score', json_of_number(mastery_score)),
        ]) }},
        snapshot_at
    from {{ ref('int_' ~ scope_type ~ '_snapshots') }}
    {%- endfor %}
),

events as (
    select
        {{ hashed_key([
            'event', 'student_id', "coalesce(assignment_id, '')", "coalesce(sequence_id, '')", "coalesce(step_id, '')",
            iso_text('occurred_at'), 'source',
        ]) }} as event_id,
        event,
        student_id,
        assignment_id,
        sequence_id,
        step_id,
        properties,
        occurred_at
    from happened
)

select * from events
