-- A user's metrics, in the shape of the document's (R001-86): api.user_performance under other names, without the username.
create or replace macro api.user_metrics(user_id) as table
select
    summary.user_id as user_id,
    summary.current_performance_score as performance_score,
    summary.tasks_completed,
    summary.avg_completion_time,
    summary.experience_level,
    summary.latest_metrics as metrics,
    summary.trend
from api.user_performance(user_id) as summary;
