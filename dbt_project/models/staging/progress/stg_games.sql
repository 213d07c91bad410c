with versions as (
    select * from {{ ref('stg_games_versions') }}
),

in_force as (
    select
        game_id,
        title,
        is_deprecated,
        replaced_by_game_id,
        valid_from,
        _batch,
        _row
    from versions
    where valid_to is null
)

select * from in_force
