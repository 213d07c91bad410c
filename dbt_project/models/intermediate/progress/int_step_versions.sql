-- Steps over time, as they are placed in an assignment in force. A step whose game is deprecated is never required
-- (R003-138, 139); a game that is not in force reads as missing.
with steps as (
    select * from {{ ref('stg_steps_versions') }}
),

games as (
    select * from {{ ref('int_game_versions') }}
),

assignments as (
    {{ stretches(ref('stg_assignments_versions'), key=['assignment_id']) }}
),

pieces as (
    {{ cut_versions('steps', 'step_id', [('assignments', 'assignment_id'), ('games', 'game_id')]) }}
),

versions as (
    select
        pieces.step_id,
        steps.assignment_id,
        steps.stage,
        steps.concept_id,
        steps.element_id,
        games.game_id,
        games.replaced_by_game_id,
        steps.position,
        steps.target_score,
        steps.is_required and not coalesce(games.is_deprecated, false) as is_required,
        coalesce(games.is_deprecated, false) as is_deprecated,
        steps.is_remediation,
        steps.due_at,
        pieces.valid_from,
        pieces.valid_to
    from pieces
    inner join steps
        on pieces.step_id = steps.step_id
        and pieces.version_from = steps.valid_from
    inner join assignments
        on steps.assignment_id = assignments.assignment_id
        and {{ is_in_force('assignments', 'pieces.valid_from') }}
    left join games
        on steps.game_id = games.game_id
        and {{ is_in_force('games', 'pieces.valid_from') }}
)

select * from versions
