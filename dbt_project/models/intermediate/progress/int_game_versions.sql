-- Games over time, each piece with its replacement if that is in force throughout; else the reference reads as missing.
with games as (
    select * from {{ ref('stg_games_versions') }}
),

replacements as (
    select game_id as replaced_by_game_id, valid_from, valid_to
    from ({{ stretches(ref('stg_games_versions'), key=['game_id']) }}) as stretches
),

pieces as (
    {{ cut_versions('games', 'game_id', [('replacements', 'replaced_by_game_id')]) }}
),

versions as (
    select
        pieces.game_id,
        replacements.replaced_by_game_id,
        games.is_deprecated,
        pieces.valid_from,
        pieces.valid_to
    from pieces
    inner join games
        on pieces.game_id = games.game_id
        and pieces.version_from = games.valid_from
    left join replacements
        on games.replaced_by_game_id = replacements.replaced_by_game_id
        and {{ is_in_force('replacements', 'pieces.valid_from') }}
)

select * from versions
