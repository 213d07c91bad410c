-- Free plays of a step's game and stage, each judged once per step: at the first moment at which it has happened, the
-- step is the student's and the assignment has started, by what the step was then and the target that the student had
-- then by the step's own adjustments (R003-85, G003-43).
with plays as (
    select * from {{ ref('stg_free_play_scores') }}
),

steps as (
    select * from {{ ref('int_step_versions') }}
),

assignment_students as (
    select * from {{ ref('int_assignment_students') }}
),

adjustments as (
    select * from {{ ref('stg_step_events') }}
    where event_type = 'target_adjusted'
),

-- Which games and stages a step ever had: whether a play meets it is judged once, below.
ever_had as (
    select distinct step_id, game_id, stage from steps
),

-- Every stretch in which the student has the step and the assignment has started is an occasion.
occasions as (
    select
        plays.free_play_score_id,
        steps.step_id,
        plays.student_id,
        plays.context,
        plays.score,
        steps.target_score,
        steps.game_id = plays.game_id and steps.stage = plays.stage as is_same,
        plays.occurred_at,
        greatest(
            plays.occurred_at, steps.valid_from, assignment_students.valid_from, assignment_students.starts_at
        ) as judged_at,
        least(steps.valid_to, assignment_students.valid_to) as had_until
    from plays
    inner join ever_had
        on plays.game_id = ever_had.game_id
        and plays.stage = ever_had.stage
    inner join steps
        on ever_had.step_id = steps.step_id
    inner join assignment_students
        on steps.assignment_id = assignment_students.assignment_id
        and plays.student_id = assignment_students.student_id
),

judged as (
    select
        free_play_score_id,
        step_id,
        student_id,
        context,
        score,
        target_score,
        coalesce(is_same, false) as is_same,
        occurred_at,
        judged_at
    from occasions
    where coalesce(judged_at < had_until, true)
    qualify row_number() over (
        partition by free_play_score_id, step_id
        order by judged_at asc nulls last
    ) = 1
),

met_by_now as (
    select
        judged.free_play_score_id,
        judged.step_id,
        judged.student_id,
        judged.context,
        judged.score,
        coalesce(adjustments.target_score, judged.target_score) as target_score,
        judged.occurred_at,
        judged.judged_at
    from judged
    left join adjustments
        on judged.step_id = adjustments.step_id
        and judged.student_id = adjustments.student_id
        and judged.judged_at >= adjustments.occurred_at
    where judged.is_same and judged.judged_at <= {{ as_of() }}
    qualify row_number() over (
        partition by judged.free_play_score_id, judged.step_id
        order by adjustments.occurred_at desc nulls last, adjustments.step_event_id desc nulls last
    ) = 1
)

select * from met_by_now
