-- As landed: that a required achievement cannot be deleted is said by int_achievements_in_force, which the marts read.
with versions as (
    select * from {{ ref('stg_achievements_versions') }}
),

in_force as (
    select
        achievement_id,
        lecture_id,
        title,
        value_type,
        threshold,
        description,
        valid_from,
        _batch,
        _row
    from versions
    where valid_to is null
)

select * from in_force
