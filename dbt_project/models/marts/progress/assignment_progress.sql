with assignments as (
    select
        *,
        {{ gap_columns(as_of()) }}
    from {{ ref('int_assignment_progress') }}
),

steps as (
    select * from {{ ref('int_step_versions') }}
    where valid_to is null
),

paced as (
    select
        *,
        {{ assignment_status() }} as status,
        {{ pacing_status() }} as pacing_status
    from assignments
),

progress as (
    select
        paced.assignment_id,
        paced.student_id,
        paced.sequence_id,
        paced.next_step_id,
        paced.status,
        paced.pacing_status,
        case
            when paced.is_complete or paced.pacing_status = 'ahead' then 'green'
            when paced.pacing_status = 'on_track' then 'yellow'
            when paced.pacing_status = 'behind' then 'orange'
            else 'red'
        end as colour,
        {{ completion_percentage('paced.') }} as completion_percentage,
        {{ rounded_quotient(
            '100 * ' ~ expected_part(as_of(), 'paced.'), expected_whole('paced.')
        ) }} as expected_percentage,
        paced.steps_total,
        paced.steps_required,
        paced.steps_completed,
        paced.steps_in_progress,
        paced.steps_locked,
        {{ rounded_quotient('paced.score_sum', '10000 * paced.steps_scored') }} as average_score,
        {{ mastery_score('paced.mastery_points', 'paced.mastery_weights') }} as mastery_score,
        {{ rounded_quotient('100 * paced.steps_passed_at_first', 'paced.steps_attempted') }} as pass_rate,
        paced.completed_last_28_days / 4 as steps_per_week,
        paced.time_on_task_ms,
        {{ estimated_completion_date(
            'paced.steps_required - paced.required_completed', 'paced.completed_last_28_days'
        ) }} as estimated_completion_date,
        paced.due_at,
        steps.due_at as next_step_due_at,
        paced.started_at,
        case when paced.is_complete then paced.last_required_completed_at end as completed_at
    from paced
    left join steps
        on paced.next_step_id = steps.step_id
)

select * from progress
