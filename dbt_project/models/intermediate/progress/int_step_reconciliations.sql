-- The free play that would complete a step: the earliest of those judged first that reach the target of that moment
-- (R003-85, G003-43).
with plays as (
    select * from {{ ref('int_step_judged_plays') }}
),

targets as (
    select * from {{ ref('int_step_targets') }}
),

beside_the_target_then as (
    select
        plays.*,
        {{ target_of_student('plays.target_score') }} as target_then
    from plays
    left join targets
        on plays.step_id = targets.step_id
        and plays.student_id = targets.student_id
        and {{ is_target_at('plays.judged_at') }}
),

earliest_qualifying as (
    select
        free_play_score_id,
        step_id,
        student_id,
        context,
        score,
        judged_at
    from beside_the_target_then
    where {{ reaches('score', 'target_then') }}
    qualify row_number() over (
        partition by step_id, student_id
        order by judged_at asc nulls last, occurred_at asc nulls last, free_play_score_id asc nulls last
    ) = 1
)

select * from earliest_qualifying
