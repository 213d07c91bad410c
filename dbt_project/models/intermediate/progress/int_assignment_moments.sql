-- The moments at which somebody asks what an assignment looked like: those of its student, its own and its sequence's
-- milestones, just before its steps change, and when a teacher looks.
{{ config(materialized='view') }}

with student_moments as (
    select * from {{ ref('int_student_moments') }}
),

assignment_students as (
    select * from {{ ref('int_assignment_students') }}
),

milestones as (
    select * from {{ ref('int_assignment_milestones') }}
),

sequence_milestones as (
    select * from {{ ref('int_sequence_milestones') }}
),

content_changes as (
    select * from {{ ref('int_step_content_changes') }}
),

reviews as (
    select * from {{ ref('int_step_reviews') }}
),

moments as (
    select assignment_students.assignment_id, student_moments.student_id, student_moments.moment
    from student_moments
    inner join assignment_students
        on student_moments.student_id = assignment_students.student_id
        and {{ is_in_force('assignment_students', 'student_moments.moment') }}
    union
    select assignment_students.assignment_id, sequence_milestones.student_id, sequence_milestones.moment
    from sequence_milestones
    inner join assignment_students
        on sequence_milestones.sequence_id = assignment_students.sequence_id
        and sequence_milestones.student_id = assignment_students.student_id
        and {{ is_in_force('assignment_students', 'sequence_milestones.moment') }}
    union
    select assignment_id, student_id, moment
    from milestones
    union
    select assignment_id, student_id, {{ add_microseconds('moment', -1) }}
    from content_changes
    union
    select assignment_id, student_id, occurred_at
    from reviews
)

select * from moments
