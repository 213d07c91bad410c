with history as (
    select * from {{ ref('int_performance_history') }}
),

definitions as (
    select * from {{ ref('badge_definitions') }}
),

-- A score is earned by passing the threshold, a count by reaching it.
first_met as (
    select
        history.user_id,
        definitions.criteria,
        min(history.completed_at) as earned_at
    from history
    inner join definitions
        on case definitions.criterion
            when 'performance_score' then history.score_billionths > {{ billionths('definitions.threshold') }}
            when 'on_time_streak' then history.on_time_streak >= definitions.threshold
            when 'hard_tasks' then history.hard_tasks >= definitions.threshold
        end
    group by history.user_id, definitions.criteria
),

badges as (
    select
        first_met.user_id,
        first_met.criteria,
        definitions.badge_name,
        definitions.badge_description,
        definitions.badge_icon,
        definitions.threshold as criteria_value,
        true as is_active,
        first_met.earned_at
    from first_met
    inner join definitions
        on first_met.criteria = definitions.criteria
)

select * from badges
