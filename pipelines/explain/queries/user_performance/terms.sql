-- The sums that the means are made of, over the user's standing completions, and the scores that the trend compares.
with weights as (
    select
        max(weight) filter (where component = 'on_time_ratio') as weight_of_on_time,
        max(weight) filter (where component = 'skill_accuracy') as weight_of_skill,
        max(weight) filter (where component = 'difficulty_factor') as weight_of_difficulty
    from policy.performance_weights
),

completions as (
    select assignments.*
    from shown
    inner join intermediate.int_task_assignments as assignments
        on shown.user_id = assignments.user_id
    where assignments.completed_at is not null
),

sums as (
    select
        count(*) filter (where is_on_time) as tasks_on_time,
        count(is_on_time) as tasks_with_due_date,
        count(skill_match_billionths) as tasks_with_skill_match,
        count(difficulty_billionths) as tasks_with_difficulty,
        count(actual_hours_billionths) as tasks_with_hours,
        sum(skill_match_billionths) / 1e9 as skill_match_total,
        sum(difficulty_billionths) / 1e9 as difficulty_total,
        sum(actual_hours_billionths) / 1e9 as actual_hours_total,
        sum(microseconds_early) / 864e8 as days_early_total
    from completions
),

trend as (
    select
        min_by(history.score_billionths, history.tasks_completed) / 1e9 as first_score_of_period,
        max_by(history.score_billionths, history.tasks_completed) / 1e9 as last_score_of_period
    from shown
    inner join intermediate.int_performance_history as history
        on shown.user_id = history.user_id
    where history.completed_at > (select as_of from ops.run) - to_days(cast(shown.trend_period_days as integer))
),

ahead as (
    select count(*) as teammates_ahead
    from shown
    inner join performance.user_performance as others
        on shown.organization_id = others.organization_id
        and (
            others.current_performance_score > shown.current_performance_score
            or (
                others.current_performance_score = shown.current_performance_score
                and others.user_id < shown.user_id
            )
        )
),

terms as (
    select
        sums.*,
        cast(weights.weight_of_on_time as double) as weight_of_on_time,
        cast(weights.weight_of_skill as double) as weight_of_skill,
        cast(weights.weight_of_difficulty as double) as weight_of_difficulty,
        coalesce(shown.on_time_ratio, 0.5) as on_time_share,
        coalesce(shown.skill_accuracy, 0.5) as skill_share,
        coalesce(shown.difficulty_factor, 0.5) as difficulty_share,
        trend.first_score_of_period,
        trend.last_score_of_period,
        ahead.teammates_ahead
    from shown
    cross join sums
    cross join weights
    cross join trend
    cross join ahead
)

select * from terms
