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

-- Two reviews at one moment, or two changes, are one occasion.
manual as (
    select assignment_id, student_id, 'teacher_review' as notes, occurred_at as moment
    from reviews
    union
    select assignment_id, student_id, 'before_migration', {{ add_microseconds('moment', -1) }}
    from content_changes
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
    select assignment_id, student_id, 'manual', notes, moment
    from manual
),

begun as (
    select *, steps_started + steps_completed as steps_begun
    from states
),

taken as (
    select begun.*, 'scheduled' as trigger, 'daily' as notes
    from begun
    inner join student_moments
        on begun.student_id = student_moments.student_id
        and begun.moment = student_moments.moment
    union all
    select begun.*, occasions.trigger, occasions.notes
    from occasions
    inner join begun
        on occasions.assignment_id = begun.assignment_id
        and occasions.student_id = begun.student_id
        and occasions.moment = begun.moment
    where occasions.notes <> 'before_migration' or begun.steps_begun > 0
),

snapshots as (
    select
        {{ snapshot_id(
            "'assignment'", 'taken.assignment_id', 'taken.student_id', 'taken.moment', 'taken.trigger', 'taken.notes'
        ) }} as snapshot_id,
        taken.assignment_id as scope_id,
        taken.student_id,
        taken.assignment_id,
        assignment_students.sequence_id,
        taken.trigger,
        taken.notes,
        {{ assignment_status() }} as status,
        taken.completion_percentage,
        taken.steps_completed,
        taken.steps_required,
        taken.mastery_score,
        taken.time_on_task_ms,
        taken.moment as snapshot_at
    from taken
    inner join assignment_students
        on taken.assignment_id = assignment_students.assignment_id
        and taken.student_id = assignment_students.student_id
        and {{ is_in_force('assignment_students', 'taken.moment') }}
)

select * from snapshots
