with steps as (
    {{ kept_snapshots(ref('int_step_snapshots'), 'step') }}
),

assignments as (
    {{ kept_snapshots(ref('int_assignment_snapshots'), 'assignment') }}
),

sequences as (
    {{ kept_snapshots(ref('int_sequence_snapshots'), 'sequence') }}
),

students as (
    {{ kept_snapshots(ref('int_student_snapshots'), 'student') }}
),

kept as (
    select
        snapshot_id,
        student_id,
        'step' as scope_type,
        scope_id,
        trigger,
        notes,
        {{ json_object([
            ('state', "'\"complete\"'"),
            ('attempt_count', json_of_integer('attempt_count')),
            ('best_score', json_of_number('best_score')),
            ('latest_score', json_of_number('latest_score')),
            ('mastery_level', json_of_text('mastery_level')),
            ('time_on_task_ms', json_of_integer('time_on_task_ms')),
        ]) }} as state_snapshot,
        cast(null as double) as completion_percentage,
        cast(null as double) as mastery_score,
        time_on_task_ms,
        is_monthly,
        snapshot_at
    from steps
    union all
    select
        snapshot_id,
        student_id,
        'assignment',
        scope_id,
        trigger,
        notes,
        {{ json_object([
            ('status', json_of_text('status')),
            ('completion_percentage', json_of_number('completion_percentage')),
            ('steps_completed', json_of_integer('steps_completed')),
            ('steps_required', json_of_integer('steps_required')),
            ('mastery_score', json_of_number('mastery_score')),
            ('time_on_task_ms', json_of_integer('time_on_task_ms')),
        ]) }},
        completion_percentage,
        mastery_score,
        time_on_task_ms,
        is_monthly,
        snapshot_at
    from assignments
    union all
    select
        snapshot_id,
        student_id,
        'sequence',
        scope_id,
        trigger,
        notes,
        {{ json_object([
            ('assignments_completed', json_of_integer('assignments_completed')),
            ('assignments_total', json_of_integer('assignments_total')),
            ('completion_percentage', json_of_number('completion_percentage')),
            ('overall_mastery_score', json_of_number('overall_mastery_score')),
            ('time_on_task_ms', json_of_integer('time_on_task_ms')),
        ]) }},
        completion_percentage,
        overall_mastery_score,
        time_on_task_ms,
        is_monthly,
        snapshot_at
    from sequences
    union all
    select
        snapshot_id,
        student_id,
        'student',
        scope_id,
        trigger,
        notes,
        {{ json_object([
            ('active_assignments', json_of_integer('active_assignments')),
            ('completed_assignments', json_of_integer('completed_assignments')),
            ('overall_mastery_score', json_of_number('overall_mastery_score')),
            ('total_time_on_task_ms', json_of_integer('total_time_on_task_ms')),
            ('at_risk', json_of_boolean('at_risk')),
            ('risk_factors', json_array('risk_factors')),
        ]) }},
        null,
        overall_mastery_score,
        total_time_on_task_ms,
        is_monthly,
        snapshot_at
    from students
),

snapshots as (
    select
        case
            when is_monthly
                then {{ snapshot_id('scope_type', 'scope_id', 'student_id', 'snapshot_at', 'trigger', "'monthly'") }}
            else snapshot_id
        end as snapshot_id,
        student_id,
        scope_type,
        scope_id,
        trigger,
        case when is_monthly then 'monthly' else notes end as notes,
        state_snapshot,
        completion_percentage,
        mastery_score,
        time_on_task_ms,
        cast(snapshot_at as date) as snapshot_date,
        snapshot_at
    from kept
)

select * from snapshots
