with risk_states as (
    select * from {{ ref('internship_risk_states') }}
),

turns_to_at_risk as (
    select * from risk_states
    where changed and state = 'at_risk'
),

notifications as (
    select
        internship_instance_id,
        employer_id,
        metric,
        {{ text_list(['admin', 'employer']) }} as audience,
        metric || ' ' || {{ plain_number(decimal_of_float('value')) }}
            || case
                when value < min_value then ' is below ' || {{ plain_number(decimal_of_float('min_value')) }}
                else ' is above ' || {{ plain_number(decimal_of_float('max_value')) }}
            end
            || ' in the week of ' || cast(period_start as varchar) as message,
        period_start
    from turns_to_at_risk
)

select * from notifications
