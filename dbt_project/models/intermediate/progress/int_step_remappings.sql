-- For which step the events of a removed one count, and when: for its successor, where the student had started or
-- completed it just before its removal (R003-132).
with removals as (
    select * from {{ ref('int_step_removals') }}
),

successors as (
    select * from {{ ref('int_step_successors') }}
),

begun as (
    select * from {{ ref('int_step_begun') }}
),

remappings as (
    select
        successors.step_id,
        removals.student_id,
        removals.step_id as source_step_id,
        successors.valid_from,
        successors.valid_to
    from successors
    inner join removals
        on successors.removed_step_id = removals.step_id
        and successors.removed_at = removals.removed_at
    semi join begun
        on removals.step_id = begun.step_id
        and removals.student_id = begun.student_id
        and {{ is_in_force('begun', add_microseconds('removals.removed_at', -1)) }}
)

select * from remappings
