with versions as (
    {{ versions('project_skills', key=['project_id', 'skill_id']) }}
),

typed as (
    select
        project_id,
        skill_id,
        effective_at as valid_from,
        valid_to,
        _batch,
        _row
    from versions
)

select * from typed
