-- What the pooled means, the counts of days and the risk factors were worked out from.
with assignments as (
    select
        coalesce(sum(assignments.mastery_points), 0) / 100000 as weighted_score_total,
        coalesce(sum(assignments.mastery_weights), 0) / 10 as weight_total
    from shown
    inner join intermediate.int_assignment_progress as assignments
        on shown.student_id = assignments.student_id
),

days as (
    select days.*
    from shown
    inner join intermediate.int_student_days as days
        on shown.student_id = days.student_id
),

active_days as (
    select count(*) as active_days_of_30
    from days
    where last_activity_at is not null
        and activity_date > (select cast(as_of as date) from ops.run) - 30
),

times as (
    select coalesce(list(time_on_task_ms order by activity_date desc nulls last), []) as time_by_day_ms
    from days
),

risk as (
    select
        risk.gap_part / risk.gap_whole as largest_gap,
        risk.recent_score_sum / 10000 as recent_score_total,
        risk.recent_scores,
        risk.idle_us / 864e8 as idle_days,
        risk.stuck_attempts,
        cast(risk.consistency_sum as double) / 1e9 as consistency_total,
        risk.consistencies
    from shown
    inner join intermediate.int_student_risk as risk
        on shown.student_id = risk.student_id
),

thresholds as (
    select
        cast(max(value) filter (where threshold = 'risk_gap') as double) as risk_gap,
        cast(max(value) filter (where threshold = 'risk_mastery') as double) as risk_mastery,
        cast(max(value) filter (where threshold = 'risk_inactive_days') as double) as risk_inactive_days,
        cast(max(value) filter (where threshold = 'risk_attempts') as double) as risk_attempts,
        cast(max(value) filter (where threshold = 'risk_consistency') as double) as risk_consistency
    from policy.progress_thresholds
),

-- The number in each factor; NULL where the student does not have it.
factors as (
    select
        max(try_cast(regexp_extract(factor, '^behind_pace_([0-9]+)_percent$', 1) as bigint)) as behind_pace_percent,
        max(try_cast(regexp_extract(factor, '^low_mastery_avg_([0-9]+)$', 1) as bigint)) as low_mastery_avg,
        max(try_cast(regexp_extract(factor, '^inactive_([0-9]+)_days$', 1) as bigint)) as inactive_days,
        max(try_cast(regexp_extract(factor, '^stuck_on_step_([0-9]+)_attempts$', 1) as bigint)) as stuck_on_step_attempts,
        coalesce(bool_or(factor = 'high_score_variance'), false) as high_score_variance
    from (select unnest(risk_factors) as factor from shown) as factors
),

terms as (
    select
        assignments.*,
        active_days.*,
        times.*,
        factors.*,
        risk.*,
        thresholds.*
    from assignments
    cross join active_days
    cross join times
    cross join factors
    cross join thresholds
    left join risk
        on true
)

select * from terms
