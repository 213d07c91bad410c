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

students as (
    select * from {{ ref('student_progress_summary') }}
),

days as (
    select * from {{ ref('int_student_days') }}
),

work as (
    select
        class_students.class_id,
        count(distinct case
            when {{ is_active('assignments.') }} then assignments.assignment_id
        end) as active_assignments,
        {{ stored_mean('progress.completion_percentage', 'not assignments.is_archived') }} as mean_completion
    from class_students
    inner join progress
        on class_students.student_id = progress.student_id
    inner join assignments
        on progress.assignment_id = assignments.assignment_id
        and progress.student_id = assignments.student_id
    group by class_students.class_id
),

last_activity as (
    select student_id, max(last_activity_at) as last_activity_at
    from days
    group by student_id
),

members as (
    select
        class_students.class_id,
        {{ sorted_list('class_students.student_id') }} as student_ids,
        count(*) as students,
        {{ stored_mean('students.overall_mastery_score') }} as mean_mastery,
        count(*) filter (where students.at_risk) as at_risk_students,
        max(last_activity.last_activity_at) as last_activity_at
    from class_students
    left join students
        on class_students.student_id = students.student_id
    left join last_activity
        on class_students.student_id = last_activity.student_id
    group by class_students.class_id
),

summary as (
    select
        classes.class_id,
        classes.organization_id,
        coalesce(members.student_ids, {{ text_list([]) }}) as student_ids,
        coalesce(members.students, 0) as students,
        coalesce(work.active_assignments, 0) as active_assignments,
        work.mean_completion,
        members.mean_mastery,
        coalesce(members.at_risk_students, 0) as at_risk_students,
        members.last_activity_at
    from classes
    left join members
        on classes.class_id = members.class_id
    left join work
        on classes.class_id = work.class_id
)

select * from summary
