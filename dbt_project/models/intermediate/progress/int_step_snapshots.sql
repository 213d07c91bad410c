-- A snapshot of each step when it was completed by anything but its removal.
with completions as (
    select * from {{ ref('int_step_completions') }}
    where cause <> 'removal'
),

periods as (
    select * from {{ ref('int_step_periods') }}
),

timeline as (
    select * from {{ ref('int_step_timeline') }}
),

targets as (
    select * from {{ ref('int_step_targets') }}
),

assignment_students as (
    select * from {{ ref('int_assignment_students') }}
),

-- Counts and sums only grow within a period, so their largest value so far is the last.
completed as (
    select
        completions.step_id,
        completions.student_id,
        periods.assignment_id,
        completions.cause,
        coalesce(max(timeline.attempt_count), 0) as attempt_count,
        coalesce(max(timeline.score_count), 0) as score_count,
        coalesce(max(timeline.score_sum), 0) as score_sum,
        coalesce(max(timeline.score_square_sum), 0) as score_square_sum,
        max(timeline.best_score) as best_score,
        {{ last_value_of('timeline.score', 'timeline.occurred_at', 'timeline.source_id', "event_type = 'attempted'") }}
            as latest_attempt_score,
        completions.original_score,
        periods.target_score,
        coalesce(max(timeline.time_on_task_ms), 0) as time_on_task_ms,
        completions.completed_at
    from completions
    inner join periods
        on completions.step_id = periods.step_id
        and completions.student_id = periods.student_id
        and {{ is_in_force('periods', 'completions.completed_at') }}
    left join timeline
        on completions.step_id = timeline.step_id
        and completions.student_id = timeline.student_id
        and completions.completed_at >= timeline.valid_from
        and (timeline.period_to is null or completions.completed_at < timeline.period_to)
        and completions.completed_at >= timeline.period_from
    group by
        completions.step_id, completions.student_id, periods.assignment_id, completions.cause,
        completions.original_score, periods.target_score, completions.completed_at
),

beside_the_target as (
    select
        completed.*,
        coalesce(completed.original_score, completed.latest_attempt_score) as latest_score,
        {{ target_of_student('completed.target_score') }} as target_then
    from completed
    left join targets
        on completed.step_id = targets.step_id
        and completed.student_id = targets.student_id
        and {{ is_target_at('completed.completed_at') }}
),

snapshots as (
    select
        {{ snapshot_id("'step'", 'beside_the_target.step_id', 'beside_the_target.student_id', 'completed_at', "'milestone'", "'completed'") }}
            as snapshot_id,
        beside_the_target.step_id as scope_id,
        beside_the_target.student_id,
        beside_the_target.assignment_id,
        assignment_students.sequence_id,
        'milestone' as trigger,
        'completed' as notes,
        {{ mastery_level('', 'best_score', 'target_then') }} as mastery_level,
        attempt_count,
        best_score,
        latest_score,
        time_on_task_ms,
        completed_at as snapshot_at
    from beside_the_target
    inner join assignment_students
        on beside_the_target.assignment_id = assignment_students.assignment_id
        and beside_the_target.student_id = assignment_students.student_id
        and {{ is_in_force('assignment_students', 'beside_the_target.completed_at') }}
)

select * from snapshots
