with versions as (
    {{ versions('steps', key=['step_id']) }}
),

typed as (
    select
        step_id,
        assignment_id,
        position,
        stage,
        is_required,
        target_score,
        concept_id,
        element_id,
        game_id,
        due_at,
        is_remediation,
        effective_at as valid_from,
        valid_to,
        _batch,
        _row
    from versions
)

select * from typed
