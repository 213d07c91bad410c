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

pooled as (
    select
        assignment_students.sequence_id,
        states.student_id,
        count(*) as assignments_total,
        count(*) filter (where {{ is_complete('states.') }}) as assignments_completed,
        {%- for count in [
            'steps_total', 'steps_required', 'required_completed', 'mastery_points', 'mastery_weights', 'time_on_task_ms',
        ] %}
        cast(sum(states.{{ count }}) as bigint) as {{ count }},
        {%- endfor %}
        states.moment
    from states
    inner join student_moments
        on states.student_id = student_moments.student_id
        and states.moment = student_moments.moment
    inner join assignment_students
        on states.assignment_id = assignment_students.assignment_id
        and states.student_id = assignment_students.student_id
        and {{ is_in_force('assignment_students', 'states.moment') }}
    group by assignment_students.sequence_id, states.student_id, states.moment
),

snapshots as (
    select
        {{ snapshot_id('sequence', 'sequence_id', 'student_id', 'moment', "'scheduled'", "'weekly'") }} as snapshot_id,
        sequence_id as scope_id,
        student_id,
        sequence_id,
        'scheduled' as trigger,
        'weekly' as notes,
        {{ completion_percentage() }} as completion_percentage,
        assignments_completed,
        assignments_total,
        {{ mastery_score('mastery_points', 'mastery_weights') }} as overall_mastery_score,
        time_on_task_ms,
        moment as snapshot_at
    from pooled
)

select * from snapshots
