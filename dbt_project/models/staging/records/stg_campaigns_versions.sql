with versions as (
    {{ versions('campaigns', key=['campaign_id']) }}
),

typed as (
    select
        campaign_id,
        lecture_id,
        title,
        effective_at as valid_from,
        valid_to,
        _batch,
        _row
    from versions
)

select * from typed
