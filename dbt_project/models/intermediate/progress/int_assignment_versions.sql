-- Assignments over time, each piece with its sequence if that is in force throughout; else the reference reads as
-- missing.
with assignments as (
    select * from {{ ref('stg_assignments_versions') }}
),

sequences as (
    {{ stretches(ref('stg_sequences_versions'), key=['sequence_id']) }}
),

pieces as (
    {{ cut_versions('assignments', 'assignment_id', [('sequences', 'sequence_id')]) }}
),

versions as (
    select
        pieces.assignment_id,
        sequences.sequence_id,
        assignments.position,
        cast(round(assignments.estimated_duration_days * {{ microseconds_per_day() }}) as decimal(38, 0)) as estimated_us,
        assignments.is_archived,
        assignments.created_at,
        assignments.due_at,
        pieces.valid_from,
        pieces.valid_to
    from pieces
    inner join assignments
        on pieces.assignment_id = assignments.assignment_id
        and pieces.version_from = assignments.valid_from
    left join sequences
        on assignments.sequence_id = sequences.sequence_id
        and {{ is_in_force('sequences', 'pieces.valid_from') }}
)

select * from versions
