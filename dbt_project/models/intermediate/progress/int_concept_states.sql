-- Levels of concepts at earlier moments: of a sequence at its milestones, of a student on turning to at risk.
with sequence_milestones as (
    select * from {{ ref('int_sequence_milestones') }}
),

turns as (
    select * from {{ ref('int_risk_turns') }}
),

periods as (
    select * from {{ ref('int_step_periods') }}
    where concept_id is not null
),

assignment_students as (
    select * from {{ ref('int_assignment_students') }}
),

timeline as (
    select * from {{ ref('int_step_timeline') }}
),

-- Concepts are asked for at a sequence's milestones, over its own steps, and when a student turns to at risk, over all.
questions as (
    select distinct student_id, sequence_id, moment from sequence_milestones
    union all
    select student_id, null, moment from turns
),

steps as (
    select
        questions.student_id,
        questions.sequence_id,
        periods.step_id,
        periods.concept_id,
        case when periods.is_deprecated then periods.replaced_by_game_id else periods.game_id end as offered_game_id,
        periods.is_required and coalesce(periods.stage = 'quiz', false) as is_required_quiz,
        questions.moment
    from questions
    inner join assignment_students
        on questions.student_id = assignment_students.student_id
        and (questions.sequence_id is null or questions.sequence_id = assignment_students.sequence_id)
        and {{ is_in_force('assignment_students', 'questions.moment') }}
    inner join periods
        on assignment_students.assignment_id = periods.assignment_id
        and questions.student_id = periods.student_id
        and {{ is_in_force('periods', 'questions.moment') }}
    -- Of a sequence's concepts only those count that are mastered, which its required quizzes decide.
    where questions.sequence_id is null
        or periods.is_required and periods.stage = 'quiz'
),

levels as (
    select
        steps.*,
        {{ mastery_level('timeline.', 'timeline.best_score', 'timeline.target_score') }} as mastery_level
    from steps
    left join timeline
        on steps.step_id = timeline.step_id
        and steps.student_id = timeline.student_id
        and {{ is_in_force('timeline', 'steps.moment') }}
),

counted as (
    select
        student_id,
        sequence_id,
        concept_id,
        offered_game_id,
        case when is_required_quiz then 1 else 0 end as required_quizzes,
        case when is_required_quiz and mastery_level = 'mastered' then 1 else 0 end as mastered_quizzes,
        {{ level_rank('mastery_level') }} as highest_rank,
        moment
    from levels
),

concepts as (
    select
        student_id,
        sequence_id,
        concept_id,
        {{ concept_level() }} as mastery_level,
        {{ sorted_list('offered_game_id', distinct=true) }} as offered_game_ids,
        moment
    from counted
    group by student_id, sequence_id, concept_id, moment
)

select * from concepts
