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
        case when targets.is_adjusted then targets.target_score else plays.target_score end as target_then
    from plays
    left join targets
        on plays.step_id = targets.step_id
        and plays.student_id = targets.student_id
        and (targets.counts_from is null or targets.counts_from <= plays.judged_at)
        and (targets.counts_to is null or targets.counts_to > plays.judged_at)
        and (targets.valid_from is null or targets.valid_from <= plays.judged_at)
        and (targets.valid_to is null or targets.valid_to > plays.judged_at)
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
