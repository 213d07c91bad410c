-- The replay of assignments: the counts of each, from one change to the next, as long as the student has it.
with changes as (
    select * from {{ ref('int_assignment_changes') }}
),

states as (
    {{ states_of('changes', ['assignment_id', 'student_id'], [
        'is_held', 'steps_total', 'steps_required', 'steps_completed', 'required_completed', 'steps_started',
    ]) }}
),

held as (
    select * from states
    where is_held = 1
)

select * from held
