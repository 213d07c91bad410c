with organizations as (
    select * from {{ ref('stg_organizations') }}
),

students as (
    select * from {{ ref('student_progress_summary') }}
),

assignments as (
    select * from {{ ref('int_assignment_progress') }}
),

all_organizations as (
    select organization_id from organizations
    union
    select organization_id from students
    where organization_id is not null
),

pooled_students as (
    select
        organization_id,
        count(*) as students,
        {{ stored_mean('overall_mastery_score') }} as mean_mastery,
        count(*) filter (where last_activity_at > {{ days_ago(7) }}) as active_students_7d,
        cast(sum(total_time_on_task_ms) as bigint) as total_time_on_task_ms,
        count(*) filter (where at_risk) as at_risk_students
    from students
    group by organization_id
),

pooled_assignments as (
    select
        students.organization_id,
        count(distinct case
            when {{ is_active('assignments.') }} then assignments.assignment_id
        end) as active_assignments,
        {{ rounded_quotient('count(*) filter (where assignments.is_complete)', 'count(*)') }} as completion_rate
    from assignments
    inner join students
        on assignments.student_id = students.student_id
    group by students.organization_id
),

progress as (
    select
        all_organizations.organization_id,
        coalesce(pooled_students.students, 0) as students,
        coalesce(pooled_assignments.active_assignments, 0) as active_assignments,
        pooled_assignments.completion_rate,
        pooled_students.mean_mastery,
        coalesce(pooled_students.active_students_7d, 0) as active_students_7d,
        coalesce(pooled_students.total_time_on_task_ms, 0) as total_time_on_task_ms,
        coalesce(pooled_students.at_risk_students, 0) as at_risk_students
    from all_organizations
    left join pooled_students
        on all_organizations.organization_id = pooled_students.organization_id
    left join pooled_assignments
        on all_organizations.organization_id = pooled_assignments.organization_id
)

select * from progress
