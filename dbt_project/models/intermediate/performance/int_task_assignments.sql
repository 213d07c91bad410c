with task_assignments as (
    select * from {{ ref('stg_task_assignments') }}
),

endings as (
    select * from {{ ref('stg_task_events') }}
    where event_type in ('completed', 'cancelled')
),

last_cancellations as (
    select * from endings
    where event_type = 'cancelled'
    qualify row_number() over (
        partition by task_assignment_id
        order by occurred_at desc nulls last, task_event_id desc nulls last
    ) = 1
),

-- An assignment that was cancelled and not completed again after it has none.
standing_completions as (
    select endings.*
    from endings
    left join last_cancellations
        on endings.task_assignment_id = last_cancellations.task_assignment_id
    where endings.event_type = 'completed'
        and (
            last_cancellations.task_event_id is null
            or endings.occurred_at > last_cancellations.occurred_at
            or (
                endings.occurred_at = last_cancellations.occurred_at
                and endings.task_event_id > last_cancellations.task_event_id
            )
        )
    qualify row_number() over (
        partition by endings.task_assignment_id
        order by endings.occurred_at asc nulls last, endings.task_event_id asc nulls last
    ) = 1
),

outcomes as (
    select
        task_assignments.task_assignment_id,
        task_assignments.user_id,
        {{ billionths('task_assignments.difficulty') }} as difficulty_billionths,
        {{ billionths('task_assignments.skill_match') }} as skill_match_billionths,
        {{ billionths('standing_completions.actual_hours') }} as actual_hours_billionths,
        {{ microseconds_between('standing_completions.occurred_at', 'task_assignments.due_at') }} as microseconds_early,
        standing_completions.occurred_at <= task_assignments.due_at as is_on_time,
        standing_completions.occurred_at as completed_at
    from task_assignments
    left join standing_completions
        on task_assignments.task_assignment_id = standing_completions.task_assignment_id
)

select * from outcomes
