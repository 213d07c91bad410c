-- Two users side by side, in the shape of the document's comparison (R001-91, 92). Compared is each one's latest log of the last
-- `days` (24 hours each, up to as_of): the score as stored decides, and the difference is rounded half up to one decimal.
-- Who has no such log has lost, unless both have none (G001-20). No row when one of them is not shown.
create or replace macro api.comparison(user_id_1, user_id_2, days := 30) as table
with in_period as (
    select logs.user_id, logs.tasks_completed as number, logs.performance_score::decimal(18, 12) as score
    from performance.performance_logs as logs
    where logs.user_id in (user_id_1, user_id_2)
        and epoch_us(logs.created_at) > (select epoch_us(version.as_of) from main.version) - 86400000000::hugeint * days
),

latest as (
    select
        max_by(in_period.score, in_period.number) filter (where in_period.user_id = user_id_1) as score_1,
        max_by(in_period.score, in_period.number) filter (where in_period.user_id = user_id_2) as score_2
    from in_period
)

select
    days::bigint as comparison_period_days,
    summary_1 as user_1,
    summary_2 as user_2,
    {
        'score_difference': round(latest.score_1 - latest.score_2, 1)::double,
        'winner': case
            when latest.score_1 = latest.score_2 then 'tie'
            when latest.score_1 > latest.score_2 or (latest.score_1 is not null and latest.score_2 is null) then 'user_1'
            when latest.score_2 is not null then 'user_2'
        end
    } as difference
from api.user_performance(user_id_1) as summary_1
cross join api.user_performance(user_id_2) as summary_2
cross join latest;
