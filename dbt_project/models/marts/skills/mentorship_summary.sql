with sessions as (
    select * from {{ ref('stg_mentorship_sessions') }}
),

projects as (
    select * from {{ ref('stg_projects') }}
),

summary as (
    select
        sessions.intern_id,
        count(*) as sessions,
        count(distinct sessions.mentor_id) as mentors,
        count(projects.project_id) as sessions_with_project,
        max(sessions.occurred_at) as last_session_at
    from sessions
    left join projects
        on sessions.project_id = projects.project_id
    group by sessions.intern_id
)

select * from summary
