-- An achievement that a rule requires cannot be deleted. Staging does not judge that: whoever does finds all
-- that is needed here. The latest version up to a moment has `valid_to` at or before it exactly when a tombstone
-- ended it; while a rule in force requires the achievement, that version goes on being in force.
with versions as (
    {{ versions('achievements', key=['achievement_id']) }}
),

typed as (
    select
        achievement_id,
        lecture_id,
        title,
        value_type,
        threshold,
        description,
        effective_at as valid_from,
        valid_to,
        _batch,
        _row
    from versions
)

select * from typed
