-- The assignment, its sequence, and that it is the student's; the lines behind its steps come with the steps.
with assignments as (
    select assignments.*
    from staging.stg_assignments as assignments
    where assignments.assignment_id in (select assignment_id from shown)
),

sequences as (
    select sequences.*
    from staging.stg_sequences as sequences
    where sequences.sequence_id in (select sequence_id from shown)
),

assignment_students as (
    select students.*
    from shown
    inner join staging.stg_assignment_students as students
        on shown.assignment_id = students.assignment_id
        and shown.student_id = students.student_id
),

signals as (
    select 'assignments' as contract, _batch, _row, valid_from as moment, assignment_id || ': the assignment' as what
    from assignments
    union all
    select 'sequences', _batch, _row, valid_from, sequence_id || ': the sequence it is in'
    from sequences
    union all
    select 'assignment_students', _batch, _row, valid_from, assignment_id || ' is ' || student_id || '''s'
    from assignment_students
)

select * from signals
