with classes as (
    select * from {{ ref('stg_classes') }}
),

class_students as (
    select * from {{ ref('stg_class_students') }}
),

progress as (
    select * from {{ ref('assignment_progress') }}
),

assignments as (
    select * from {{ ref('int_assignment_progress') }}
),

class_assignments as (
    select
        classes.class_id,
        progress.assignment_id,
        count(*) as students,
        {{ stored_mean('progress.completion_percentage') }} as mean_completion,
        {{ stored_mean('progress.mastery_score') }} as mean_mastery,
        count(*) filter (where progress.pacing_status = 'ahead') as ahead,
        count(*) filter (where progress.pacing_status = 'on_track') as on_track,
        count(*) filter (where progress.pacing_status = 'behind') as behind,
        count(*) filter (where progress.pacing_status = 'at_risk') as at_risk,
        count(*) filter (where assignments.is_complete) as complete
    from class_students
    inner join classes
        on class_students.class_id = classes.class_id
    inner join progress
        on class_students.student_id = progress.student_id
    inner join assignments
        on progress.assignment_id = assignments.assignment_id
        and progress.student_id = assignments.student_id
    group by classes.class_id, progress.assignment_id
)

select * from class_assignments
