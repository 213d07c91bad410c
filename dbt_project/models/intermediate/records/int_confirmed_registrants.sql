-- Who was confirmed for a campaign, and when: from a `confirmed` event up to the next event of the kind or the withdrawal
-- (ties: the larger key comes later). A refused registration before it changes nothing.
with events as (
    select * from {{ ref('stg_registration_events') }}
    where event_type in ('confirmed', 'withdrawn')
),

periods as (
    select
        *,
        lead(occurred_at) over (
            partition by campaign_id, user_id
            order by occurred_at nulls last, registration_event_id nulls last
        ) as ends_at
    from events
),

confirmed as (
    select
        campaign_id,
        user_id,
        occurred_at as valid_from,
        ends_at as valid_to
    from periods
    where event_type = 'confirmed'
)

select * from confirmed
