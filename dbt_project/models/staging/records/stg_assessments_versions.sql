with versions as (
    {{ versions('assessments', key=['assessment_id']) }}
),

typed as (
    select
        assessment_id,
        lecture_id,
        title,
        kind,
        max_points,
        due_at,
        is_archived,
        effective_at as valid_from,
        valid_to,
        _batch,
        _row
    from versions
)

select * from typed
