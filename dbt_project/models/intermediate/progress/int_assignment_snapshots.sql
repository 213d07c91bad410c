-- Every snapshot of an assignment that was ever taken, kept or not.
with states as (
    select * from {{ ref('int_assignment_states') }}
),

assignment_students as (
    select * from {{ ref('int_assignment_students') }}
),

student_moments as (
    select * from {{ ref('int_student_moments') }}
    where is_daily
),

milestones as (
    select * from {{ ref('int_assignment_milestones') }}
),

reviews as (
    select * from {{ ref('int_step_reviews') }}
),

content_changes as (
    select * from {{ ref('int_step_content_changes') }}
),

occasions as (
    select
        assignment_id,
        student_id,
        'milestone' as trigger,
        case when milestone in ('started', 'completed') then milestone else 'milestone_' || milestone end as notes,
        moment
    from milestones
    union all
    select states.assignment_id, states.student_id, 'scheduled', 'daily', states.moment
    from states
    inner join student_moments
        on states.student_id = student_moments.student_id
        and states.moment = student_moments.moment
    union
    select assignment_id, student_id, 'manual', 'teacher_review', occurred_at
    from reviews
    union
    select assignment_id, student_id, 'manual', 'before_migration', {{ add_microseconds('moment', -1) }}
    from content_changes
),

snapshots as (
    select
        {{ snapshot_id(
            'assignment', 'occasions.assignment_id', 'occasions.student_id', 'occasions.moment', 'occasions.trigger', 'occasions.notes'
        ) }} as snapshot_id,
        occasions.assignment_id as scope_id,
        occasions.student_id,
        occasions.assignment_id,
        assignment_students.sequence_id,
        occasions.trigger,
        occasions.notes,
        case
            when assignment_students.is_archived then 'archived'
            when {{ is_complete('states.') }} then 'complete'
            when states.steps_begun + states.steps_completed > 0 then 'in_progress'
            else 'not_started'
        end as status,
        {{ completion_percentage('states.') }} as completion_percentage,
        states.steps_completed,
        states.steps_required,
        {{ mastery_score('states.mastery_points', 'states.mastery_weights') }} as mastery_score,
        states.time_on_task_ms,
        occasions.moment as snapshot_at
    from occasions
    inner join states
        on occasions.assignment_id = states.assignment_id
        and occasions.student_id = states.student_id
        and occasions.moment = states.moment
    inner join assignment_students
        on occasions.assignment_id = assignment_students.assignment_id
        and occasions.student_id = assignment_students.student_id
        and {{ is_in_force('assignment_students', 'occasions.moment') }}
    where occasions.notes <> 'before_migration' or states.steps_begun + states.steps_completed > 0
)

select * from snapshots
