-- What one user did last: the signals of the last 7 days against those of the 7 days before, and the latest signals, the last
-- one first, at most max_entries of the 20 that are kept. Moments are text in UTC. No row for who has neither a signal nor a
-- place in user_performance.
create or replace macro api.skill_activity(user_id, max_entries := 20) as table
with person as (
    select standing.user_id from performance.user_performance as standing where standing.user_id = user_id
    union
    select activity.user_id from skills.skill_activity as activity where activity.user_id = user_id
),

activity as (
    select activity.*
    from skills.skill_activity as activity
    where activity.user_id = user_id
),

latest as (
    select
        unnest(activity.recent) as signal,
        generate_subscripts(activity.recent, 1) as place
    from activity
),

recent as (
    select
        coalesce(
            list(
                {
                    'signal_id': latest.signal.signal_id,
                    'skill_id': latest.signal.skill_id,
                    'source_type': latest.signal.source_type,
                    'source_id': latest.signal.source_id,
                    'signal_type': latest.signal.signal_type,
                    'created_at': iso_text(latest.signal.created_at)
                }
                order by latest.place nulls last
            ),
            []
        ) as signals
    from latest
    where latest.place <= max_entries
)

select
    person.user_id as user_id,
    coalesce(activity.signals_last_7_days, 0) as signals_last_7_days,
    coalesce(activity.signals_previous_7_days, 0) as signals_previous_7_days,
    coalesce(activity.direction, 'flat') as direction,
    iso_text(activity.last_signal_at) as last_signal_at,
    recent.signals as recent
from person
left join activity
    on activity.user_id = person.user_id
cross join recent;
