-- When the attempt was made, and how many policies there were to judge it.
with terms as (
    select
        count(policies.policy_id) as policies_in_force,
        events.occurred_at
    from shown
    inner join intermediate.int_registration_events as events
        on shown.registration_event_id = events.registration_event_id
    left join intermediate.int_judged_policies as policies
        on shown.registration_event_id = policies.registration_event_id
    group by events.occurred_at
)

select * from terms
