-- A user's scores and percentages over the last `days` (24 hours each, up to as_of), in the shape of the document's trends
-- (R001-81..85): one point per log, oldest first. Points have one decimal and percentages two, half up by way of DECIMAL.
-- No row for who has no log in the period (G001-16).
create or replace macro api.user_trends(user_id, days := 90) as table
with in_period as (
    select
        logs.user_id,
        logs.tasks_completed as number,
        cast(make_timestamp(epoch_us(logs.created_at)) as date) as day,
        logs.performance_score::decimal(18, 12) as score,
        100 * round(logs.on_time_ratio::decimal(18, 15), 4) as on_time_percentage,
        100 * round(logs.skill_accuracy::decimal(18, 15), 4) as skill_percentage,
        100 * round(logs.difficulty_factor::decimal(18, 15), 4) as difficulty_percentage
    from performance.performance_logs as logs
    where logs.user_id = user_id
        and epoch_us(logs.created_at) > (select epoch_us(version.as_of) from main.version) - 86400000000::hugeint * days
)

select
    in_period.user_id as user_id,
    days::bigint as period_days,
    count(*) as data_points,
    list(in_period.day order by in_period.number) as dates,
    list(round(in_period.score, 1)::double order by in_period.number) as performance_scores,
    list(in_period.on_time_percentage::double order by in_period.number) as on_time_ratios,
    list(in_period.skill_percentage::double order by in_period.number) as skill_accuracies,
    list(in_period.difficulty_percentage::double order by in_period.number) as difficulty_factors,
    {
        'average_score': rounded(sum(in_period.score) / count(*), 1),
        'max_score': round(max(in_period.score), 1)::double,
        'min_score': round(min(in_period.score), 1)::double,
        'score_range': round(max(in_period.score) - min(in_period.score), 1)::double
    } as statistics
from in_period
group by in_period.user_id;
