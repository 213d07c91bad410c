with internships as (
    select * from {{ ref('stg_internships') }}
),

organizations as (
    select * from {{ ref('stg_organizations') }}
),

in_their_time_zone as (
    select
        internships.internship_instance_id,
        internships.user_id,
        internships.employer_id,
        internships.organization_id,
        coalesce(internships.timezone, organizations.timezone, 'UTC') as timezone,
        internships.workdays,
        internships.starts_on,
        internships.ends_on
    from internships
    left join organizations
        on internships.organization_id = organizations.organization_id
),

seen_today as (
    select
        *,
        {{ local_day(as_of(), 'timezone') }} as today,
        {{ week_start('starts_on') }} as first_week_start,
        {{ week_start('ends_on') }} as last_week_start
    from in_their_time_zone
),

with_last_ended_week as (
    select
        *,
        least(ends_on, today) as last_day,
        least(
            {{ add_days('last_week_start', 6) }},
            {{ add_days(week_start('today'), -1) }}
        ) as last_ended_saturday
    from seen_today
),

dated as (
    select
        internship_instance_id,
        user_id,
        employer_id,
        organization_id,
        timezone,
        workdays,
        starts_on,
        ends_on,
        today,
        last_day,
        first_week_start,
        case when last_ended_saturday >= starts_on then last_ended_saturday end as kpi_as_of
    from with_last_ended_week
)

select * from dated
