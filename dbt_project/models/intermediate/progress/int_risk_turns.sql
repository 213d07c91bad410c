-- Each turn to at risk, with the state that led to it and what is offered for the gap.
with states as (
    select * from {{ ref('int_student_states') }}
    where is_day_end
),

risk_history as (
    select * from {{ ref('student_risk_history') }}
    where at_risk
),

turns as (
    select
        states.student_id,
        states.gap_assignment_id,
        states.risk_factors,
        case
            when states.gap_assignment_id is not null
                then case
                    when states.gap_part <= {{ threshold('extend_due_dates_up_to_gap') }} * states.gap_whole
                        then 'extend_due_dates'
                    else 'reduce_scope'
                end
        end as offer,
        states.overall_mastery_score,
        states.days_since_activity,
        risk_history.risk_date,
        states.moment
    from states
    inner join risk_history
        on states.student_id = risk_history.student_id
        and cast(states.moment as date) = risk_history.risk_date
)

select * from turns
