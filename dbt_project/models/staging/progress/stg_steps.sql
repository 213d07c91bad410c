with versions as (
    select * from {{ ref('stg_steps_versions') }}
),

in_force as (
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
        valid_from,
        _batch,
        _row
    from versions
    where valid_to is null
)

select * from in_force
