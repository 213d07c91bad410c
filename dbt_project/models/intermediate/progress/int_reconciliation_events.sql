-- `progress_reconciled`, with its properties: of free plays, and of steps added, removed or deprecated, with the
-- completion just before and at the moment.
{{ config(materialized='view') }}

with completions as (
    select * from {{ ref('int_step_completions') }}
    where cause = 'free_play'
),

periods as (
    select * from {{ ref('int_step_periods') }}
),

content_changes as (
    select * from {{ ref('int_step_content_changes') }}
),

timeline as (
    select * from {{ ref('int_assignment_timeline') }}
),

assignment_students as (
    select * from {{ ref('int_assignment_students') }}
),

reconciliations as (
    select
        completions.step_id,
        completions.student_id,
        periods.assignment_id,
        'free_play' as reconciliation_type,
        {{ free_play_source('completions.free_play_score_id') }} as source,
        cast(null as varchar) as replaced_by_game_id,
        completions.completed_at as moment
    from completions
    inner join periods
        on completions.step_id = periods.step_id
        and completions.student_id = periods.student_id
        and {{ is_in_force('periods', 'completions.completed_at') }}
    union all
    select
        step_id,
        student_id,
        assignment_id,
        case when change = 'deprecated' then 'content_change' else 'migration' end,
        change,
        replaced_by_game_id,
        moment
    from content_changes
),

events as (
    select
        'progress_reconciled' as event,
        reconciliations.student_id,
        reconciliations.assignment_id,
        assignment_students.sequence_id,
        reconciliations.step_id,
        reconciliations.source,
        {{ json_object([
            ('assignment_id', json_of_text('reconciliations.assignment_id')),
            ('student_id', json_of_text('reconciliations.student_id')),
            ('reconciliation_type', json_of_text('reconciliations.reconciliation_type')),
            ('steps_affected', "'1'"),
            ('previous_completion_percentage', json_of_number('coalesce(' ~ completion_percentage('before.') ~ ', 0)')),
            ('new_completion_percentage', json_of_number(completion_percentage('now.'))),
        ], optional=[('replaced_by_game_id', json_string('reconciliations.replaced_by_game_id'))]) }} as properties,
        reconciliations.moment as occurred_at
    from reconciliations
    inner join timeline as now
        on reconciliations.assignment_id = now.assignment_id
        and reconciliations.student_id = now.student_id
        and {{ is_in_force('now', 'reconciliations.moment') }}
    left join timeline as before
        on reconciliations.assignment_id = before.assignment_id
        and reconciliations.student_id = before.student_id
        and {{ is_in_force('before', add_microseconds('reconciliations.moment', -1)) }}
    inner join assignment_students
        on reconciliations.assignment_id = assignment_students.assignment_id
        and reconciliations.student_id = assignment_students.student_id
        and {{ is_in_force('assignment_students', 'reconciliations.moment') }}
)

select * from events
