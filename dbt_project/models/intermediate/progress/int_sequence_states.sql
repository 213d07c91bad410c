-- What a sequence looked like on Sundays at 00:00 UTC and at its milestones: its assignments at that moment, pooled.
with states as (
    select * from {{ ref('int_assignment_states') }}
),

assignment_students as (
    select * from {{ ref('int_assignment_students') }}
    where sequence_id is not null
),

student_moments as (
    select * from {{ ref('int_student_moments') }}
    where is_weekly
),

milestones as (
    select * from {{ ref('int_sequence_milestones') }}
),

moments as (
    select assignment_students.sequence_id, student_moments.student_id, student_moments.moment
    from student_moments
    inner join assignment_students
        on student_moments.student_id = assignment_students.student_id
        and {{ is_in_force('assignment_students', 'student_moments.moment') }}
    union
    select sequence_id, student_id, moment
    from milestones
),

pooled as (
    select
        moments.sequence_id,
        moments.student_id,
        count(*) as assignments_total,
        count(*) filter (where {{ is_complete('states.') }}) as assignments_completed,
        {%- for count in [
            'steps_total', 'steps_required', 'required_completed', 'mastery_points', 'mastery_weights', 'time_on_task_ms',
        ] %}
        cast(sum(states.{{ count }}) as bigint) as {{ count }},
        {%- endfor %}
        moments.moment
    from moments
    inner join assignment_students
        on moments.sequence_id = assignment_students.sequence_id
        and moments.student_id = assignment_students.student_id
        and {{ is_in_force('assignment_students', 'moments.moment') }}
    inner join states
        on assignment_students.assignment_id = states.assignment_id
        and assignment_students.student_id = states.student_id
        and moments.moment = states.moment
    group by moments.sequence_id, moments.student_id, moments.moment
),

states_of_sequences as (
    select
        sequence_id,
        student_id,
        {{ completion_percentage() }} as completion_percentage,
        assignments_total,
        assignments_completed,
        {{ mastery_score('mastery_points', 'mastery_weights') }} as overall_mastery_score,
        time_on_task_ms,
        moment
    from pooled
)

select * from states_of_sequences
