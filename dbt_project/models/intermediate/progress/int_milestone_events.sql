-- `assignment_progress_milestone` and `sequence_progress_milestone`, with their properties.
{{ config(materialized='view') }}

with milestones as (
    select * from {{ ref('int_assignment_milestones') }}
    where milestone not in ('started', 'completed')
),

states as (
    select * from {{ ref('int_assignment_states') }}
),

assignment_students as (
    select * from {{ ref('int_assignment_students') }}
),

sequence_milestones as (
    select * from {{ ref('int_sequence_milestones') }}
),

sequence_states as (
    select * from {{ ref('int_sequence_states') }}
),

concepts as (
    select * from {{ ref('int_concept_states') }}
    where sequence_id is not null and mastery_level = 'mastered'
),

assignments as (
    select
        'assignment_progress_milestone' as event,
        milestones.student_id,
        milestones.assignment_id,
        assignment_students.sequence_id,
        milestones.milestone as source,
        {{ json_object([
            ('assignment_id', json_of_text('milestones.assignment_id')),
            ('student_id', json_of_text('milestones.student_id')),
            ('previous_percentage', json_of_number(
                rounded_quotient('100 * milestones.part_before', 'milestones.whole_before')
            )),
            ('new_percentage', json_of_number(completion_percentage('states.'))),
            ('milestone', json_of_text('milestones.milestone')),
            ('time_to_milestone_ms', json_of_integer(whole_quotient(
                'greatest(' ~ microseconds_between('assignment_students.starts_at', 'milestones.moment') ~ ', 0)', '1000'
            ))),
            ('steps_completed', json_of_integer('states.steps_completed')),
            ('steps_remaining', json_of_integer('states.steps_required - states.required_completed')),
        ]) }} as properties,
        milestones.moment as occurred_at
    from milestones
    inner join states
        on milestones.assignment_id = states.assignment_id
        and milestones.student_id = states.student_id
        and milestones.moment = states.moment
    inner join assignment_students
        on milestones.assignment_id = assignment_students.assignment_id
        and milestones.student_id = assignment_students.student_id
        and {{ is_in_force('assignment_students', 'milestones.moment') }}
),

mastered as (
    select student_id, sequence_id, moment, count(*) as concepts
    from concepts
    group by student_id, sequence_id, moment
),

sequences as (
    select
        'sequence_progress_milestone' as event,
        sequence_milestones.student_id,
        cast(null as varchar) as assignment_id,
        sequence_milestones.sequence_id,
        sequence_milestones.milestone as source,
        {{ json_object([
            ('sequence_id', json_of_text('sequence_milestones.sequence_id')),
            ('student_id', json_of_text('sequence_milestones.student_id')),
            ('milestone', json_of_text('sequence_milestones.milestone')),
            ('assignments_completed', json_of_integer('sequence_states.assignments_completed')),
            ('overall_mastery_score', json_of_number('sequence_states.overall_mastery_score')),
            ('concepts_mastered_count', json_of_integer('coalesce(mastered.concepts, 0)')),
        ]) }} as properties,
        sequence_milestones.moment as occurred_at
    from sequence_milestones
    inner join sequence_states
        on sequence_milestones.sequence_id = sequence_states.sequence_id
        and sequence_milestones.student_id = sequence_states.student_id
        and sequence_milestones.moment = sequence_states.moment
    left join mastered
        on sequence_milestones.sequence_id = mastered.sequence_id
        and sequence_milestones.student_id = mastered.student_id
        and sequence_milestones.moment = mastered.moment
),

events as (
    select * from assignments
    union all
    select * from sequences
)

select * from events
