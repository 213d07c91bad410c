-- The versions of active registration policies, each with its configuration read (G004-29, 30). What cannot be read is a
-- configuration error, never a rejection (G004-31).
with versions as (
    select * from {{ ref('stg_registration_policies_versions') }}
    where active
),

with_ids as (
    select
        *,
        {{ json_ids('config', 'lecture_id') }} as ids,
        {{ json_texts('config', 'domains') }} as texts,
        {{ moment_of_text(json_text('config', 'until')) }} as moment
    from versions
),

configured as (
    select
        policy_id,
        campaign_id,
        kind,
        phase,
        case when kind in ('student_performance', 'course_prerequisite') then {{ complete_set('ids') }} end as lecture_ids,
        case when kind = 'institutional_email' then texts end as domains,
        position,
        case when kind = 'deadline' then moment end as until,
        valid_from,
        valid_to
    from with_ids
),

with_readability as (
    select
        *,
        case
            when kind in ('student_performance', 'course_prerequisite') then lecture_ids is not null
            when kind = 'institutional_email' then domains is not null
            when kind = 'deadline' then until is not null
            else true
        end as is_readable
    from configured
)

select * from with_readability
