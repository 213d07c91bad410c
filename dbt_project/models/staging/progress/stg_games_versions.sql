with versions as (
    {{ versions('games', key=['game_id']) }}
),

typed as (
    select
        game_id,
        title,
        is_deprecated,
        replaced_by_game_id,
        effective_at as valid_from,
        valid_to,
        _batch,
        _row
    from versions
)

select * from typed
