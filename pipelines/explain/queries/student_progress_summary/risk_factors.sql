-- Each risk factor, the number that was measured, the threshold it was held against, and where it was found.
with factors as (
    select
        student_id,
        unnest(risk_factors) as factor
    from shown
),

thresholds as (
    select
        threshold,
        cast(value as double) as value
    from policy.progress_thresholds
),

struggles as (
    select
        steps.student_id,
        min(steps.step_id) as step_id
    from shown
    inner join progress.step_progress as steps
        on shown.student_id = steps.student_id
    inner join intermediate.int_student_risk as risk
        on steps.student_id = risk.student_id
        and steps.attempt_count = risk.stuck_attempts
    inner join intermediate.int_assignment_progress as assignments
        on steps.assignment_id = assignments.assignment_id
        and steps.student_id = assignments.student_id
    where not steps.is_removed
        and not assignments.is_archived
        and steps.state <> 'complete'
        and steps.passed is distinct from true
    group by steps.student_id
),

measured as (
    select
        factors.factor,
        case
            when starts_with(factors.factor, 'behind_pace_') then risk.gap_part / risk.gap_whole
            when starts_with(factors.factor, 'low_mastery_') then risk.recent_score_sum / (10000 * risk.recent_scores)
            when starts_with(factors.factor, 'inactive_') then risk.idle_us / 864e8
            when starts_with(factors.factor, 'stuck_on_') then risk.stuck_attempts
            when factors.factor = 'high_score_variance'
                then cast(risk.consistency_sum as double) / (1e9 * risk.consistencies)
        end as measured,
        thresholds.threshold,
        thresholds.value as limit_value,
        case
            when starts_with(factors.factor, 'behind_pace_')
                then 'points behind plan in ' || risk.gap_assignment_id
            when starts_with(factors.factor, 'low_mastery_')
                then 'mean best score of the last ' || risk.recent_scores || ' completed steps'
            when starts_with(factors.factor, 'inactive_')
                then 'days since ' || coalesce(
                    strftime(shown.last_activity_at, '%Y-%m-%dT%H:%M:%SZ'), 'the first start of an active assignment'
                )
            when starts_with(factors.factor, 'stuck_on_')
                then 'attempts on ' || struggles.step_id
            when factors.factor = 'high_score_variance'
                then 'mean consistency score of ' || risk.consistencies || ' steps'
        end as what
    from factors
    inner join shown
        on factors.student_id = shown.student_id
    inner join intermediate.int_student_risk as risk
        on factors.student_id = risk.student_id
    inner join thresholds
        on thresholds.threshold = case
            when starts_with(factors.factor, 'behind_pace_') then 'risk_gap'
            when starts_with(factors.factor, 'low_mastery_') then 'risk_mastery'
            when starts_with(factors.factor, 'inactive_') then 'risk_inactive_days'
            when starts_with(factors.factor, 'stuck_on_') then 'risk_attempts'
            when factors.factor = 'high_score_variance' then 'risk_consistency'
        end
    left join struggles
        on factors.student_id = struggles.student_id
)

select * from measured
order by factor asc nulls last
