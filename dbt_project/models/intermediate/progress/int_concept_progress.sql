-- A student's steps in force with a concept, counted per sequence (NULL for none): what decides whether it is mastered.
with progress as (
    select * from {{ ref('step_progress') }}
    where not is_removed
),

steps as (
    select * from {{ ref('int_step_versions') }}
    where valid_to is null and concept_id is not null
),

assignments as (
    select * from {{ ref('int_assignment_progress') }}
),

concepts as (
    select
        progress.student_id,
        steps.concept_id,
        assignments.sequence_id,
        count(*) filter (where steps.is_required and steps.stage = 'quiz') as required_quizzes,
        count(*) filter (
            where steps.is_required and steps.stage = 'quiz' and progress.mastery_level = 'mastered'
        ) as mastered_quizzes,
        max({{ level_rank('progress.mastery_level') }}) as highest_rank,
        max(progress.best_score) as best_score,
        cast(sum(progress.attempt_count) as bigint) as attempts,
        max(progress.last_activity_at) as last_activity_at
    from progress
    inner join steps
        on progress.step_id = steps.step_id
    inner join assignments
        on progress.assignment_id = assignments.assignment_id
        and progress.student_id = assignments.student_id
    group by progress.student_id, steps.concept_id, assignments.sequence_id
)

select * from concepts
