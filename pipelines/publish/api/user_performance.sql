-- How a user stands, in the shape of the document's user performance (R001-69..75). Points are rounded half up to one
-- decimal, by way of DECIMAL; everything else is as it stands. No row for who is not shown in user_performance.
create or replace macro api.user_performance(user_id) as table
select
    standing.user_id as user_id,
    standing.username,
    rounded(standing.current_performance_score, 1) as current_performance_score,
    standing.tasks_completed,
    standing.avg_completion_time,
    standing.experience_level,
    {
        'on_time_ratio': standing.on_time_ratio,
        'skill_accuracy': standing.skill_accuracy,
        'difficulty_factor': standing.difficulty_factor,
        'avg_completion_speed': standing.avg_completion_speed
    } as latest_metrics,
    {
        'direction': standing.trend_direction,
        'change': rounded(standing.trend_change, 1),
        'period_days': standing.trend_period_days
    } as trend
from performance.user_performance as standing
where standing.user_id = user_id;
