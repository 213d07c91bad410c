-- The replay of sequences: the pooled counts of the assignments that a student has in each, from one change to the
-- next.
{% set key = ['sequence_id', 'student_id'] %}
{% set counts = [
    'assignments_total', 'steps_total', 'steps_required', 'required_completed', 'steps_started',
] %}
with timeline as (
    select * from {{ ref('int_assignment_timeline') }}
),

assignment_students as (
    select * from {{ ref('int_assignment_students') }}
    where sequence_id is not null
),

-- An assignment's state counts for a sequence as long as it lasts and the assignment is in the sequence.
contributions as (
    select
        assignment_students.sequence_id,
        assignment_students.student_id,
        1 as assignments_total,
        timeline.steps_total,
        timeline.steps_required,
        timeline.required_completed,
        timeline.steps_started,
        {{ common_stretch('timeline', 'assignment_students') }}
    from timeline
    inner join assignment_students
        on timeline.assignment_id = assignment_students.assignment_id
        and timeline.student_id = assignment_students.student_id
        and {{ overlap('timeline', 'assignment_students') }}
),

changes as (
    {{ changes_of('contributions', key, counts) }}
),

states as (
    {{ states_of('changes', key, counts) }}
),

held as (
    select * from states
    where assignments_total > 0
)

select * from held
