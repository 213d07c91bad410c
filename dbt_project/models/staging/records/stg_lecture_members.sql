with versions as (
    select * from {{ ref('stg_lecture_members_versions') }}
),

in_force as (
    select
        lecture_id,
        user_id,
        valid_from,
        _batch,
        _row
    from versions
    where valid_to is null
)

select * from in_force
