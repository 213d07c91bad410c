-- When a step is a student's: as it was placed, for as long as the student had its assignment. The replay's stretches
-- of time; where one ends or changes, another begins.
{{ config(materialized='view') }}

with steps as (
    select * from {{ ref('int_step_versions') }}
),

stretches as (
    select * from {{ ref('int_assignment_stretches') }}
),

stage_weights as (
    select * from {{ ref('stage_weights') }}
),

periods as (
    select
        steps.step_id,
        stretches.student_id,
        steps.assignment_id,
        steps.stage,
        steps.concept_id,
        steps.game_id,
        steps.replaced_by_game_id,
        steps.position,
        steps.target_score,
        {{ weight_units('stage_weights.weight') }} as weight_units,
        steps.is_required,
        steps.is_deprecated,
        {{ common_stretch('steps', 'stretches') }}
    from steps
    inner join stretches
        on steps.assignment_id = stretches.assignment_id
        and {{ overlap('steps', 'stretches') }}
    left join stage_weights
        on steps.stage = stage_weights.stage
)

select * from periods
