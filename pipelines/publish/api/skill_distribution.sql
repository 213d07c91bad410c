-- Signals per skill of one user, most first (ties by skill_id). Counts alone: what a signal weighs is internal, and students
-- call this too. Moments are text in UTC, so that no client's time zone changes them. No row for who has neither a signal nor
-- a place in user_performance.
create or replace macro api.skill_distribution(user_id) as table
with person as (
    select standing.user_id from performance.user_performance as standing where standing.user_id = user_id
    union
    select distribution.user_id from skills.skill_distribution as distribution where distribution.user_id = user_id
),

totals as (
    select
        distribution.user_id as user_id,
        distribution.skill_id as skill_id,
        distribution.skill_name as skill_name,
        distribution.category as category,
        distribution.signals as signals,
        iso_text(distribution.first_signal_at) as first_signal_at,
        iso_text(distribution.last_signal_at) as last_signal_at
    from skills.skill_distribution as distribution
    where distribution.user_id = user_id
)

select
    person.user_id as user_id,
    coalesce(cast(sum(totals.signals) as bigint), 0) as signals,
    coalesce(
        list(
            {
                'skill_id': totals.skill_id,
                'skill_name': totals.skill_name,
                'category': totals.category,
                'signals': totals.signals,
                'first_signal_at': totals.first_signal_at,
                'last_signal_at': totals.last_signal_at
            }
            order by totals.signals desc nulls last, totals.skill_id nulls last
        ) filter (where totals.skill_id is not null),
        []
    ) as skills
from person
left join totals
    on totals.user_id = person.user_id
group by person.user_id;
