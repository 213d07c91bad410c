with turns as (
    select * from {{ ref('int_risk_turns') }}
),

classes as (
    select * from {{ ref('stg_classes_versions') }}
),

class_students as (
    select * from {{ ref('stg_class_students_versions') }}
),

concepts as (
    select * from {{ ref('int_concept_states') }}
    where sequence_id is null and mastery_level = 'learning'
),

teachers as (
    select
        turns.student_id,
        turns.moment,
        {{ sorted_list('classes.teacher_id', distinct=true) }} as teacher_ids
    from turns
    inner join class_students
        on turns.student_id = class_students.student_id
        and {{ is_in_force('class_students', 'turns.moment') }}
    inner join classes
        on class_students.class_id = classes.class_id
        and {{ is_in_force('classes', 'turns.moment') }}
    group by turns.student_id, turns.moment
),

recommendations as (
    select
        student_id,
        moment,
        {{ sorted_list('concept_id') }} as concept_ids,
        {{ sorted_union('offered_game_ids') }} as game_ids
    from concepts
    group by student_id, moment
),

interventions as (
    select
        turns.student_id,
        turns.risk_factors,
        coalesce(teachers.teacher_ids, {{ text_list([]) }}) as teacher_ids,
        coalesce(recommendations.concept_ids, {{ text_list([]) }}) as recommended_concepts,
        coalesce(recommendations.game_ids, {{ text_list([]) }}) as recommended_games,
        turns.offer,
        {{ text_list(['parent', 'teacher']) }} as audience,
        turns.risk_date
    from turns
    left join teachers
        on turns.student_id = teachers.student_id
        and turns.moment = teachers.moment
    left join recommendations
        on turns.student_id = recommendations.student_id
        and turns.moment = recommendations.moment
)

select * from interventions
