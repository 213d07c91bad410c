with concepts as (
    select * from {{ ref('int_concept_progress') }}
),

mastery as (
    select
        student_id,
        concept_id,
        {{ concept_level() }} as mastery_level,
        max(best_score) as best_score,
        cast(sum(attempts) as bigint) as attempts,
        max(last_activity_at) as last_activity_at
    from concepts
    group by student_id, concept_id
)

select * from mastery
