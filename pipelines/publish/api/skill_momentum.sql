-- Signals per week and skill of one user, ready for a chart. The window is the last `weeks` weeks, Sunday to Saturday in UTC,
-- the one that holds as_of included. From the first to the last week of the window in which the user has any signal, every
-- skill with one has every week, with zeros where it has none; cumulative_signals counts from the very first signal on.
-- Skills by skill_id, weeks in time. Counts alone: weights are internal. No skills for a user without a signal in the
-- window, no row for who has neither a signal nor a place in user_performance.
create or replace macro api.skill_momentum(user_id, weeks := 12) as table
with person as (
    select standing.user_id from performance.user_performance as standing where standing.user_id = user_id
    union
    select distribution.user_id from skills.skill_distribution as distribution where distribution.user_id = user_id
),

known as (
    select
        distribution.user_id as user_id,
        distribution.skill_id as skill_id,
        distribution.skill_name as skill_name,
        distribution.category as category
    from skills.skill_distribution as distribution
    where distribution.user_id = user_id
),

this_week as (
    select
        cast(date_trunc('week', make_timestamp(epoch_us(version.as_of)) + interval 1 day) - interval 1 day as date) as week_start
    from main.version as version
),

in_window as (
    select momentum.*
    from skills.skill_momentum as momentum
    cross join this_week
    where momentum.user_id = user_id
        and this_week.week_start - momentum.week_start < 7::hugeint * weeks
),

skills_before as (
    select
        in_window.skill_id as skill_id,
        min(in_window.cumulative_signals - in_window.signals) as signals
    from in_window
    group by in_window.skill_id
),

axis as (
    select cast(unnest(generate_series(
        cast(min(in_window.week_start) as timestamp), cast(max(in_window.week_start) as timestamp), interval 7 day
    )) as date) as week_start
    from in_window
),

filled as (
    select
        skills_before.skill_id as skill_id,
        axis.week_start as week_start,
        coalesce(in_window.signals, 0) as signals,
        skills_before.signals + sum(coalesce(in_window.signals, 0)) over (
            partition by skills_before.skill_id order by axis.week_start nulls last
        ) as cumulative_signals
    from skills_before
    cross join axis
    left join in_window
        on in_window.skill_id = skills_before.skill_id
        and in_window.week_start = axis.week_start
),

series as (
    select
        filled.skill_id as skill_id,
        list(
            {
                'week_start': filled.week_start,
                'signals': filled.signals,
                'cumulative_signals': cast(filled.cumulative_signals as bigint)
            }
            order by filled.week_start nulls last
        ) as of_weeks
    from filled
    group by filled.skill_id
)

select
    person.user_id as user_id,
    coalesce(
        list(
            {
                'skill_id': known.skill_id,
                'skill_name': known.skill_name,
                'category': known.category,
                'weeks': series.of_weeks
            }
            order by known.skill_id nulls last
        ) filter (where series.skill_id is not null),
        []
    ) as skills
from person
left join known
    on known.user_id = person.user_id
left join series
    on series.skill_id = known.skill_id
group by person.user_id;
