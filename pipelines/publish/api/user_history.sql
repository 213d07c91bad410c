-- A user's logs of the last `days` (24 hours each, up to as_of), in the shape of the document's history (R001-77..80): the
-- newest `max_entries` (NULL: all), oldest first; total_entries counts them before that limit. An entry's id is its
-- assignment's. No row for who has neither a log nor a place in user_performance.
create or replace macro api.user_history(user_id, days := 30, max_entries := 100) as table
with person as (
    select standing.user_id from performance.user_performance as standing where standing.user_id = user_id
    union
    select logs.user_id from performance.performance_logs as logs where logs.user_id = user_id
),

in_period as (
    select
        logs.tasks_completed as number,
        row_number() over (order by logs.tasks_completed desc) as place_from_newest,
        {
            'id': logs.assignment_id,
            'created_at': iso_text(logs.created_at),
            'tasks_completed': logs.tasks_completed,
            'on_time_ratio': logs.on_time_ratio,
            'skill_accuracy': logs.skill_accuracy,
            'difficulty_factor': logs.difficulty_factor,
            'avg_completion_time': logs.avg_completion_time,
            'avg_completion_speed': logs.avg_completion_speed,
            'performance_score': rounded(logs.performance_score, 1),
            'score_change': rounded(logs.score_change, 1)
        } as entry
    from performance.performance_logs as logs
    where logs.user_id = user_id
        and epoch_us(logs.created_at) > (select epoch_us(version.as_of) from main.version) - 86400000000::hugeint * days
)

select
    person.user_id as user_id,
    days::bigint as period_days,
    (select count(*) from in_period) as total_entries,
    coalesce(
        (
            select list(in_period.entry order by in_period.number)
            from in_period
            where in_period.place_from_newest <= coalesce(max_entries, in_period.place_from_newest)
        ),
        []
    ) as entries
from person;
