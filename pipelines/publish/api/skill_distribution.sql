-- Signals per skill of one user, most first (ties by skill_id). Counts alone: what a signal weighs is internal, and students
-- call this too. Moments are text in UTC, so that no client's time zone changes them. No row for a user without signals.
create or replace macro api.skill_distribution(user_id) as table
with totals as (
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
    min(totals.user_id) as user_id,
    cast(sum(totals.signals) as bigint) as signals,
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
    ) as skills
from totals
having count(*) > 0;
