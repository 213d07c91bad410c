-- Every weekly snapshot of a sequence that was ever taken, kept or not.
with states as (
    select * from {{ ref('int_sequence_states') }}
),

student_moments as (
    select * from {{ ref('int_student_moments') }}
    where is_weekly
),

snapshots as (
    select
        {{ snapshot_id("'sequence'", 'states.sequence_id', 'states.student_id', 'states.moment', "'scheduled'", "'weekly'") }}
            as snapshot_id,
        states.sequence_id as scope_id,
        states.student_id,
        states.sequence_id,
        'scheduled' as trigger,
        'weekly' as notes,
        states.completion_percentage,
        states.assignments_completed,
        states.assignments_total,
        states.overall_mastery_score,
        states.time_on_task_ms,
        states.moment as snapshot_at
    from states
    inner join student_moments
        on states.student_id = student_moments.student_id
        and states.moment = student_moments.moment
)

select * from snapshots
