with versions as (
    {{ versions('internships', key=['internship_instance_id']) }}
),

typed as (
    select
        internship_instance_id,
        user_id,
        employer_id,
        organization_id,
        starts_on,
        ends_on,
        workdays,
        timezone,
        effective_at as valid_from,
        valid_to,
        _batch,
        _row
    from versions
)

select * from typed
