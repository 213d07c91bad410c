-- The marts of `performance` by hand, as a DuckDB engineer would write them for these tables alone: no dials, no layers,
-- the weights, milestones and badges in the text, and what several tables need kept in temporary ones. The keys are those of
-- the marts, added once the rows are in, which is the fast way.

-- Scores in billionths of a point, exact: 100 x (0.5 a / b + 0.3 s / c + 0.2 d / e), half up; 0.5 where a count is 0.
create temp macro share(total, number) as if(number > 0, total, 500000000)::hugeint;
create temp macro score(a, b, s, c, d, e) as (
    (20 * (
        5 * share(a, b) * greatest(c, 1) * greatest(e, 1)
        + 3 * share(s, c) * greatest(b, 1) * greatest(e, 1)
        + 2 * share(d, e) * greatest(b, 1) * greatest(c, 1)
    ) + greatest(b, 1)::hugeint * greatest(c, 1) * greatest(e, 1))
    // (2 * greatest(b, 1)::hugeint * greatest(c, 1) * greatest(e, 1))
)::bigint;
create temp macro mean(total, number, unit) as if(number > 0, total::double / (unit * number)::double, null);

create temp table people as
select user_id, username, organization_id, role, experience_level
from raw.users
qualify row_number() over (partition by user_id order by effective_at desc) = 1 and not is_deleted;

create temp table tasks as
select task_assignment_id, user_id, difficulty, skill_match, due_at
from raw.task_assignments
qualify row_number() over (partition by task_assignment_id order by effective_at desc) = 1 and not is_deleted;

create temp table completions as
with cancellations as (
    select task_assignment_id, max((occurred_at, task_event_id)) as last
    from raw.task_events
    where event_type = 'cancelled'
    group by task_assignment_id
),

standing as (
    select event.task_assignment_id, event.occurred_at as completed_at, event.actual_hours
    from raw.task_events as event
    left join cancellations using (task_assignment_id)
    where event.event_type = 'completed' and (last is null or (event.occurred_at, event.task_event_id) > last)
    qualify row_number() over (partition by task_assignment_id order by event.occurred_at, event.task_event_id) = 1
)

select
    task_assignment_id,
    user_id,
    completed_at,
    completed_at <= due_at as on_time,
    epoch_us(due_at) - epoch_us(completed_at) as early,
    round(difficulty * 1e9)::bigint as difficulty,
    round(skill_match * 1e9)::bigint as skill,
    round(actual_hours * 1e9)::bigint as hours
from standing
join tasks using (task_assignment_id);

create temp table history as
with so_far as (
    select
        *,
        row_number() over w as tasks,
        count(early) over w as due,
        count(*) filter (on_time) over w as punctual,
        count(*) filter (difficulty >= 8000000000) over w as hard,
        count(difficulty) over w as difficulties,
        count(skill) over w as skills,
        count(hours) over w as times,
        sum(difficulty) over w as difficulty_sum,
        sum(skill) over w as skill_sum,
        sum(hours) over w as hours_sum,
        sum(early) over w as early_sum
    from completions
    window w as (partition by user_id order by completed_at, task_assignment_id rows unbounded preceding)
),

scored as (
    select *, score(1000000000 * punctual, due, skill_sum, skills, difficulty_sum, 10 * difficulties) as score
    from so_far
)

select
    task_assignment_id,
    user_id,
    completed_at,
    on_time,
    difficulty,
    skill,
    hard,
    tasks,
    score,
    mean(punctual, due, 1) as on_time_ratio,
    mean(skill_sum, skills, 1000000000) as skill_accuracy,
    mean(difficulty_sum, difficulties, 10000000000) as difficulty_factor,
    mean(hours_sum, times, 1000000000) as avg_completion_time,
    mean(early_sum, due, 86400000000) as avg_completion_speed,
    score - lag(score, 1, score) over w as change,
    punctual - coalesce(max(punctual) filter (not on_time) over w, 0) as streak
from scored
window w as (partition by user_id order by tasks);

create table bare.performance_logs as
select
    task_assignment_id as assignment_id,
    user_id,
    organization_id,
    tasks as tasks_completed,
    on_time_ratio,
    skill_accuracy,
    difficulty_factor,
    avg_completion_time,
    avg_completion_speed,
    score / 1e9 as performance_score,
    change / 1e9 as score_change,
    completed_at as created_at
from history
left join people using (user_id);
alter table bare.performance_logs add primary key (assignment_id);

create table bare.performance_snapshots as
select
    user_id,
    count(*) as tasks_completed_today,
    max(tasks) as cumulative_tasks,
    mean(count(*) filter (on_time), count(on_time), 1) as daily_on_time_ratio,
    arg_max(on_time_ratio, tasks) as cumulative_on_time_ratio,
    score(
        1000000000 * count(*) filter (on_time), count(on_time),
        sum(skill), count(skill), sum(difficulty), 10 * count(difficulty)
    ) / 1e9 as daily_performance_score,
    arg_max(score, tasks) / 1e9 as cumulative_performance_score,
    completed_at::date as snapshot_date,
    max(completed_at) as created_at
from history
group by user_id, snapshot_date;
alter table bare.performance_snapshots add primary key (user_id, snapshot_date);

create table bare.performance_milestones as
with numbers (milestone_type, milestone_name, description, threshold) as (
    values
        ('first_task', 'First Task', 'Completed the first task', 1),
        ('10_tasks', '10 Tasks', 'Completed 10 tasks', 10),
        ('50_tasks', '50 Tasks', 'Completed 50 tasks', 50),
        ('100_tasks', '100 Tasks', 'Completed 100 tasks', 100),
        ('500_tasks', '500 Tasks', 'Completed 500 tasks', 500)
)

select
    user_id,
    milestone_type,
    milestone_name,
    description,
    '{"assignment_id":' || to_json(task_assignment_id) || '}' as achievement_data,
    tasks::double as achieved_value,
    completed_at as achieved_at
from history
join numbers on tasks = threshold
union all
select
    user_id,
    'perfect_week',
    'Perfect Week',
    'Completed at least 5 tasks in one week, every one on time',
    '{"assignment_id":' || to_json(arg_max(task_assignment_id, tasks)) || ',"week_start":"' || sunday || '"}',
    count(*)::double,
    max(completed_at)
from (select *, date_trunc('week', completed_at::date + 1)::date - 1 as sunday from history)
group by user_id, sunday
having count(*) >= 5 and count(*) = count(*) filter (on_time) and sunday + 7 <= (select as_of::date from ops.run);
alter table bare.performance_milestones add primary key (user_id, milestone_type, achieved_at);

create table bare.performance_badges as
with badges (criteria, badge_name, badge_description, badge_icon, criteria_value) as (
    values
        ('score_above_80', 'High Performer', 'Reached a performance score above 80', '⭐', 80.0::double),
        ('score_above_90', 'Top Performer', 'Reached a performance score above 90', '🏆', 90),
        ('on_time_streak_10', 'Always On Time', 'Completed 10 tasks in a row on time', '⏰', 10),
        ('hard_tasks_10', 'Challenge Seeker', 'Completed 10 tasks of difficulty 8 or more', '💪', 10)
),

earned as (
    select
        user_id,
        min(completed_at) filter (score > 80000000000) as score_above_80,
        min(completed_at) filter (score > 90000000000) as score_above_90,
        min(completed_at) filter (streak >= 10) as on_time_streak_10,
        min(completed_at) filter (hard >= 10) as hard_tasks_10
    from history
    group by user_id
)

select user_id, criteria, badge_name, badge_description, badge_icon, criteria_value, true as is_active, earned_at
from (unpivot earned on columns(* exclude user_id) into name criteria value earned_at)
join badges using (criteria);
alter table bare.performance_badges add primary key (user_id, criteria);

create table bare.user_performance as
with everybody as (
    select user_id, username, organization_id, experience_level
    from people
    where role not in ('admin', 'employer')
    union all by name
    select distinct user_id from tasks anti join people using (user_id)
),

latest as (
    select
        user_id,
        max(tasks) as tasks,
        arg_max(score, tasks) as score,
        arg_max(on_time_ratio, tasks) as on_time_ratio,
        arg_max(skill_accuracy, tasks) as skill_accuracy,
        arg_max(difficulty_factor, tasks) as difficulty_factor,
        arg_max(avg_completion_time, tasks) as avg_completion_time,
        arg_max(avg_completion_speed, tasks) as avg_completion_speed,
        arg_max(score, tasks) - arg_min(score, tasks) filter (
            completed_at > (select as_of from ops.run) - interval 30 day
        ) as trend
    from history
    group by user_id
)

select
    user_id,
    username,
    organization_id,
    case when trend > 0 then '↑' when trend < 0 then '↓' else '→' end as trend_direction,
    experience_level,
    score / 1e9 as current_performance_score,
    coalesce(tasks, 0) as tasks_completed,
    avg_completion_time,
    on_time_ratio,
    skill_accuracy,
    difficulty_factor,
    avg_completion_speed,
    coalesce(trend, 0) / 1e9 as trend_change,
    30::bigint as trend_period_days,
    if(
        organization_id is not null and tasks > 0,
        row_number() over (partition by organization_id order by score desc nulls last, user_id),
        null
    ) as organization_rank
from everybody
left join latest using (user_id);
alter table bare.user_performance add primary key (user_id);

create table bare.team_performance as
with members as (
    select organization_id, round(current_performance_score * 1e9)::bigint as score
    from bare.user_performance
    where organization_rank is not null
)

select
    organization_id,
    count(*) as team_size,
    mean(sum(score), count(*), 1000000000) as average_score,
    mean(quantile_disc(score, 0.5) + -quantile_disc(-score, 0.5), 2, 1000000000) as median_score,
    round(if(
        count(*) > 1,
        sqrt((count(*) * sum(score::hugeint * score) - sum(score) * sum(score))::double / (count(*) * (count(*) - 1))),
        0
    )) / 1e9 as std_deviation,
    min(score) / 1e9 as min_score,
    max(score) / 1e9 as max_score,
    (max(score) - min(score)) / 1e9 as score_range
from members
group by organization_id;
alter table bare.team_performance add primary key (organization_id);

create table bare.performance_distribution as
with members as (
    select organization_id, least(floor(current_performance_score / 20), 4)::int as bucket
    from bare.user_performance
    where organization_rank is not null
)

select
    organization_id,
    20 * number || '-' || 20 * number + 20 as bucket,
    count(*) filter (members.bucket = number) as members
from members
cross join range(5) as buckets (number)
group by organization_id, number;
alter table bare.performance_distribution add primary key (organization_id, bucket);
