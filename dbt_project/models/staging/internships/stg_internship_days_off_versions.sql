with versions as (
    {{ versions('internship_days_off', key=['internship_instance_id', 'day']) }}
),

typed as (
    select
        internship_instance_id,
        day,
        reason,
        effective_at as valid_from,
        valid_to,
        _batch,
        _row
    from versions
)

select * from typed
