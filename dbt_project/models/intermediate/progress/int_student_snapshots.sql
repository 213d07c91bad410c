-- Every snapshot of a student that was ever taken, kept or not.
with states as (
    select * from {{ ref('int_student_states') }}
),

risk_history as (
    select * from {{ ref('student_risk_history') }}
),

occasions as (
    {%- for occasion in ['daily', 'weekly'] %}
    select student_id, 'scheduled' as trigger, '{{ occasion }}' as notes, moment
    from states
    where is_{{ occasion }} and is_student
    union all
    {%- endfor %}
    select
        states.student_id,
        'intervention',
        case when risk_history.at_risk then 'at_risk' else 'not_at_risk' end,
        states.moment
    from states
    inner join risk_history
        on states.student_id = risk_history.student_id
        and cast(states.moment as date) = risk_history.risk_date
    where states.is_day_end
),

snapshots as (
    select
        {{ snapshot_id(
            "'student'", 'occasions.student_id', 'occasions.student_id', 'occasions.moment', 'occasions.trigger', 'occasions.notes'
        ) }} as snapshot_id,
        occasions.student_id as scope_id,
        occasions.student_id,
        occasions.trigger,
        occasions.notes,
        states.risk_factors,
        states.active_assignments,
        states.completed_assignments,
        states.overall_mastery_score,
        states.total_time_on_task_ms,
        {{ list_size('states.risk_factors') }} > 0 as at_risk,
        occasions.moment as snapshot_at
    from occasions
    inner join states
        on occasions.student_id = states.student_id
        and occasions.moment = states.moment
)

select * from snapshots
