-- A user's days of the last `days` (24 hours each, up to as_of, by the day's last completion), in the shape of the document's
-- snapshots (R001-101, 102), oldest first. No row for who has neither a snapshot nor a place in user_performance.
create or replace macro api.snapshots(user_id, days := 30) as table
with person as (
    select standing.user_id from performance.user_performance as standing where standing.user_id = user_id
    union
    select taken.user_id from performance.performance_snapshots as taken where taken.user_id = user_id
),

in_period as (
    select
        taken.snapshot_date as day,
        {
            'date': taken.snapshot_date,
            'tasks_completed_today': taken.tasks_completed_today,
            'cumulative_tasks': taken.cumulative_tasks,
            'daily_on_time_ratio': taken.daily_on_time_ratio,
            'cumulative_on_time_ratio': taken.cumulative_on_time_ratio,
            'daily_performance_score': rounded(taken.daily_performance_score, 1),
            'cumulative_performance_score': rounded(taken.cumulative_performance_score, 1)
        } as snapshot
    from performance.performance_snapshots as taken
    where taken.user_id = user_id
        and epoch_us(taken.created_at) > (select epoch_us(version.as_of) from main.version) - 86400000000::hugeint * days
)

select
    person.user_id as user_id,
    days::bigint as period_days,
    coalesce((select list(in_period.snapshot order by in_period.day) from in_period), []) as snapshots
from person;
