with assignments as (
    select * from {{ ref('int_assignment_progress') }}
    where sequence_id is not null
),

concepts as (
    select * from {{ ref('int_concept_progress') }}
    where sequence_id is not null
),

levels as (
    select
        student_id,
        sequence_id,
        concept_id,
        {{ is_concept_mastered() }} as is_mastered,
        max(best_score) is not null as has_score
    from concepts
    group by student_id, sequence_id, concept_id
),

concepts_by_level as (
    select
        student_id,
        sequence_id,
        {{ sorted_list('concept_id', where='is_mastered') }} as concepts_mastered,
        {{ sorted_list('concept_id', where='has_score and not is_mastered') }} as concepts_in_progress
    from levels
    group by student_id, sequence_id
),

pooled as (
    select
        sequence_id,
        student_id,
        {{ first_value_of(
            'assignment_id', 'position is null, position', 'assignment_id',
            assignment_status() ~ " = 'in_progress'"
        ) }} as current_assignment_id,
        count(*) as assignments_total,
        count(*) filter (where is_complete) as assignments_completed,
        {%- for count in [
            'steps_total', 'steps_required', 'required_completed', 'completed_last_28_days', 'remediation_steps',
            'reviews_judged', 'reviews_on_time', 'mastery_points', 'mastery_weights',
        ] %}
        cast(sum({{ count }}) as bigint) as {{ count }},
        {%- endfor %}
        min(started_at) as started_at
    from assignments
    group by sequence_id, student_id
),

progress as (
    select
        pooled.sequence_id,
        pooled.student_id,
        pooled.current_assignment_id,
        coalesce(concepts_by_level.concepts_mastered, {{ text_list([]) }}) as concepts_mastered,
        coalesce(concepts_by_level.concepts_in_progress, {{ text_list([]) }}) as concepts_in_progress,
        {{ completion_percentage('pooled.') }} as completion_percentage,
        pooled.assignments_total,
        pooled.assignments_completed,
        {{ mastery_score('pooled.mastery_points', 'pooled.mastery_weights') }} as overall_mastery_score,
        pooled.remediation_steps as remediation_count,
        coalesce({{ rounded_quotient('100 * pooled.reviews_on_time', 'pooled.reviews_judged') }}, 100) as review_compliance_rate,
        {{ estimated_completion_date(
            'pooled.steps_required - pooled.required_completed', 'pooled.completed_last_28_days'
        ) }} as estimated_completion_date,
        pooled.started_at
    from pooled
    left join concepts_by_level
        on pooled.sequence_id = concepts_by_level.sequence_id
        and pooled.student_id = concepts_by_level.student_id
)

select * from progress
