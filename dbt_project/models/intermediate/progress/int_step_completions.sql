-- When and why a step was completed, once and for good: its first cause; of several at one moment the first in order
-- (R003-83..86, 131). Everything that speaks of completion, today's or an earlier day's, reads it here.
with causes as (
    select * from {{ ref('int_step_causes') }}
),

passed as (
    select * from {{ ref('int_step_passed') }}
),

reconciliations as (
    select * from {{ ref('int_step_reconciliations') }}
),

earliest as (
    select
        coalesce(causes.step_id, passed.step_id) as step_id,
        coalesce(causes.student_id, passed.student_id) as student_id,
        case
            {%- for cause in step_causes() %}
            when causes.{{ cause }}_at = causes.completed_at
                and coalesce(causes.completed_at <= passed.passed_at, true) then '{{ cause }}'
            {%- endfor %}
            else 'passed'
        end as cause,
        least(causes.completed_at, passed.passed_at) as completed_at
    from causes
    full outer join passed
        on causes.step_id = passed.step_id
        and causes.student_id = passed.student_id
),

completions as (
    select
        earliest.step_id,
        earliest.student_id,
        earliest.cause,
        case earliest.cause
            when 'score' then 'fresh_attempt'
            when 'override' then 'teacher_override'
            when 'free_play' then 'free_play_reconciled'
            when 'passed' then null
            else 'system_migration'
        end as completion_source,
        reconciliations.free_play_score_id,
        reconciliations.context as original_context,
        reconciliations.score as original_score,
        earliest.completed_at
    from earliest
    left join reconciliations
        on earliest.cause = 'free_play'
        and earliest.step_id = reconciliations.step_id
        and earliest.student_id = reconciliations.student_id
)

select * from completions
