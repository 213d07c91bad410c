with versions as (
    select * from {{ ref('stg_sequences_versions') }}
),

in_force as (
    select
        sequence_id,
        organization_id,
        title,
        valid_from,
        _batch,
        _row
    from versions
    where valid_to is null
)

select * from in_force
