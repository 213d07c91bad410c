with days as (
    select * from {{ ref('int_student_states') }}
    where is_day_end
),

beside_the_day_before as (
    select
        student_id,
        risk_factors,
        {{ list_size('risk_factors') }} > 0 as at_risk,
        coalesce(lag({{ list_size('risk_factors') }} > 0) over (
            partition by student_id
            order by moment asc nulls last
        ), false) as was_at_risk,
        cast(moment as date) as risk_date
    from days
),

history as (
    select
        student_id,
        risk_factors,
        at_risk,
        at_risk <> was_at_risk as changed,
        risk_date
    from beside_the_day_before
    where at_risk <> was_at_risk
)

select * from history
