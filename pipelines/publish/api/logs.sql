-- A page of the logs of one user, or of all (user_id NULL), in the shape of the document's logs (R001-99, 100), newest first.
-- A log's id is its assignment's. Past the last page the list is empty and the totals stay. No row for who has neither a log
-- nor a place in user_performance.
create or replace macro api.logs(page := 1, per_page := 50, user_id := null) as table
with chosen as (
    select logs.*
    from performance.performance_logs as logs
    where user_id is null or logs.user_id = user_id
),

is_known as (
    select
        user_id is null
        or exists (select 1 from performance.user_performance as standing where standing.user_id = user_id)
        or exists (select 1 from chosen) as answer
),

on_page as (
    select chosen.*
    from chosen
    where page >= 1
    order by chosen.created_at desc, chosen.assignment_id desc
    limit per_page offset greatest((page - 1) * per_page, 0)
),

total as (
    select count(*) as logs from chosen
)

select
    total.logs as total,
    (total.logs + per_page - 1) // per_page as pages,
    page::bigint as current_page,
    coalesce(
        (
            select list(
                {
                    'id': on_page.assignment_id,
                    'user_id': on_page.user_id,
                    'assignment_id': on_page.assignment_id,
                    'tasks_completed': on_page.tasks_completed,
                    'on_time_ratio': on_page.on_time_ratio,
                    'skill_accuracy': on_page.skill_accuracy,
                    'difficulty_factor': on_page.difficulty_factor,
                    'avg_completion_time': on_page.avg_completion_time,
                    'avg_completion_speed': on_page.avg_completion_speed,
                    'performance_score': round(on_page.performance_score::decimal(18, 12), 1)::double,
                    'score_change': round(on_page.score_change::decimal(18, 12), 1)::double,
                    'created_at': strftime(make_timestamp(epoch_us(on_page.created_at)), '%Y-%m-%dT%H:%M:%S.%fZ')
                }
                order by on_page.created_at desc, on_page.assignment_id desc
            )
            from on_page
        ),
        []
    ) as logs
from total
cross join is_known
where is_known.answer
    and page is not null
    and per_page is not null;
