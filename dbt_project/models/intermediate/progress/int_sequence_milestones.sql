-- When a sequence was first started, and first reached a quarter, half, three quarters and all of it (R003-172, 173).
with timeline as (
    select * from {{ ref('int_sequence_timeline') }}
),

names as (
    select * from {{ ref('progress_milestones') }}
),

states as (
    {{ beside_the_state_before('timeline', ['sequence_id', 'student_id']) }}
),

milestones as (
    {{ first_milestones('states', ['sequence_id', 'student_id']) }}
),

named as (
    select
        milestones.sequence_id,
        milestones.student_id,
        coalesce(names.sequence_milestone, milestones.milestone) as milestone,
        milestones.moment
    from milestones
    left join names
        on milestones.milestone = cast(names.percentage as varchar)
    where milestones.milestone <> 'completed'
)

select * from named
