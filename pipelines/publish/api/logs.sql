-- A page of the logs of one user, or of all (user_id NULL), in the shape of the document's logs (R001-99, 100), newest first.
-- A log's id is its assignment's. Past the last page the list is empty and the totals stay; so it is with pages of no logs, of
-- which there is no number. No row for who has neither a log nor a place in user_performance.
create or replace macro api.logs(page := 1, per_page := 50, user_id := null) as table
with total as (
    select count(*) as logs
    from performance.performance_logs as logs
    where user_id is null or logs.user_id = user_id
),

is_known as (
    select
        user_id is null
        or total.logs > 0
        or exists (select 1 from performance.user_performance as standing where standing.user_id = user_id) as answer
    from total
),

on_page as (
    select logs.assignment_id
    from performance.performance_logs as logs
    where page >= 1
        and (user_id is null or logs.user_id = user_id)
    order by logs.created_at desc, logs.assignment_id desc
    limit greatest(per_page, 0)
    offset least(greatest((page::hugeint - 1) * per_page, 0), 9223372036854775807)
)

select
    total.logs as total,
    case when per_page > 0 then cast((total.logs + per_page::hugeint - 1) // per_page as bigint) end as pages,
    page::bigint as current_page,
    coalesce(
        (
            select list(
                {
                    'id': logs.assignment_id,
                    'user_id': logs.user_id,
                    'assignment_id': logs.assignment_id,
                    'tasks_completed': logs.tasks_completed,
                    'on_time_ratio': logs.on_time_ratio,
                    'skill_accuracy': logs.skill_accuracy,
                    'difficulty_factor': logs.difficulty_factor,
                    'avg_completion_time': logs.avg_completion_time,
                    'avg_completion_speed': logs.avg_completion_speed,
                    'performance_score': rounded(logs.performance_score, 1),
                    'score_change': rounded(logs.score_change, 1),
                    'created_at': iso_text(logs.created_at)
                }
                order by logs.created_at desc, logs.assignment_id desc
            )
            from performance.performance_logs as logs
            inner join on_page
                on logs.assignment_id = on_page.assignment_id
        ),
        []
    ) as logs
from total
cross join is_known
where is_known.answer
    and page is not null
    and per_page is not null;
