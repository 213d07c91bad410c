with versions as (
    {{ versions('registration_policies', key=['policy_id']) }}
),

typed as (
    select
        policy_id,
        campaign_id,
        kind,
        phase,
        active,
        position,
        config,
        effective_at as valid_from,
        valid_to,
        _batch,
        _row
    from versions
)

select * from typed
