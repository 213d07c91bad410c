{#
    Every reference between contracts: (contract, column, the entity it points to, what a row is whose
    reference has no version in force). A structural and required one makes an orphan; an optional or
    descriptive one stays unresolved. A test holds the list against pipelines/contracts.
#}
{%- set references = [
    ('users', 'organization_id', 'organizations', 'unresolved'),
    ('internships', 'user_id', 'users', 'unresolved'),
    ('internships', 'organization_id', 'organizations', 'unresolved'),
    ('internship_days_off', 'internship_instance_id', 'internships', 'orphan'),
    ('kpi_thresholds', 'organization_id', 'organizations', 'unresolved'),
    ('kpi_thresholds', 'internship_instance_id', 'internships', 'unresolved'),
    ('attendance_records', 'internship_instance_id', 'internships', 'orphan'),
    ('training_events', 'internship_instance_id', 'internships', 'orphan'),
    ('employer_inputs', 'internship_instance_id', 'internships', 'orphan'),
    ('task_assignments', 'user_id', 'users', 'unresolved'),
    ('task_assignments', 'internship_instance_id', 'internships', 'unresolved'),
    ('task_events', 'task_assignment_id', 'task_assignments', 'orphan'),
    ('projects', 'organization_id', 'organizations', 'unresolved'),
    ('project_skills', 'project_id', 'projects', 'orphan'),
    ('project_skills', 'skill_id', 'skills', 'orphan'),
    ('project_events', 'project_id', 'projects', 'orphan'),
    ('project_events', 'user_id', 'users', 'unresolved'),
    ('progress_updates', 'project_id', 'projects', 'orphan'),
    ('progress_updates', 'user_id', 'users', 'unresolved'),
    ('mentorship_sessions', 'intern_id', 'users', 'unresolved'),
    ('mentorship_sessions', 'mentor_id', 'users', 'unresolved'),
    ('mentorship_sessions', 'project_id', 'projects', 'unresolved'),
    ('sequences', 'organization_id', 'organizations', 'unresolved'),
    ('assignments', 'sequence_id', 'sequences', 'unresolved'),
    ('steps', 'assignment_id', 'assignments', 'orphan'),
    ('steps', 'game_id', 'games', 'unresolved'),
    ('games', 'replaced_by_game_id', 'games', 'unresolved'),
    ('assignment_students', 'assignment_id', 'assignments', 'orphan'),
    ('assignment_students', 'student_id', 'users', 'unresolved'),
    ('classes', 'organization_id', 'organizations', 'unresolved'),
    ('classes', 'teacher_id', 'users', 'unresolved'),
    ('class_students', 'class_id', 'classes', 'orphan'),
    ('class_students', 'student_id', 'users', 'unresolved'),
    ('step_events', 'step_id', 'steps', 'orphan'),
    ('step_events', 'student_id', 'users', 'unresolved'),
    ('free_play_scores', 'student_id', 'users', 'unresolved'),
    ('free_play_scores', 'game_id', 'games', 'unresolved'),
    ('badge_awards', 'student_id', 'users', 'unresolved'),
    ('lectures', 'organization_id', 'organizations', 'unresolved'),
    ('lectures', 'teacher_id', 'users', 'unresolved'),
    ('lecture_members', 'lecture_id', 'lectures', 'orphan'),
    ('lecture_members', 'user_id', 'users', 'unresolved'),
    ('assessments', 'lecture_id', 'lectures', 'orphan'),
    ('participations', 'assessment_id', 'assessments', 'orphan'),
    ('participations', 'user_id', 'users', 'unresolved'),
    ('achievements', 'lecture_id', 'lectures', 'orphan'),
    ('achievement_grades', 'achievement_id', 'achievements', 'orphan'),
    ('achievement_grades', 'user_id', 'users', 'unresolved'),
    ('rules', 'lecture_id', 'lectures', 'orphan'),
    ('rule_achievements', 'rule_id', 'rules', 'unresolved'),
    ('rule_achievements', 'achievement_id', 'achievements', 'orphan'),
    ('certifications', 'lecture_id', 'lectures', 'orphan'),
    ('certifications', 'user_id', 'users', 'unresolved'),
    ('certifications', 'rule_id', 'rules', 'unresolved'),
    ('campaigns', 'lecture_id', 'lectures', 'orphan'),
    ('registration_policies', 'campaign_id', 'campaigns', 'orphan'),
    ('registration_events', 'campaign_id', 'campaigns', 'orphan'),
    ('registration_events', 'user_id', 'users', 'unresolved'),
] -%}
{#- The entities, each with its key. -#}
{%- set targets = {
    'organizations': 'organization_id',
    'users': 'user_id',
    'internships': 'internship_instance_id',
    'task_assignments': 'task_assignment_id',
    'projects': 'project_id',
    'skills': 'skill_id',
    'sequences': 'sequence_id',
    'assignments': 'assignment_id',
    'steps': 'step_id',
    'games': 'game_id',
    'classes': 'class_id',
    'lectures': 'lecture_id',
    'assessments': 'assessment_id',
    'achievements': 'achievement_id',
    'rules': 'rule_id',
    'campaigns': 'campaign_id',
} -%}
{#- What is read of each contract, once: its references, and its key where others refer to it. -#}
{%- set columns = {} -%}
{%- for contract, column, target, kind in references -%}
    {%- do columns.setdefault(contract, []).append(column) -%}
{%- endfor -%}
{%- for target, key in targets.items() -%}
    {%- do columns.setdefault(target, []).append(key) -%}
{%- endfor -%}
with achievements_in_force as (
    select * from {{ ref('int_achievements_in_force') }}
),

-- An event on a step counts once the step has been in force.
known_steps as (
    select distinct step_id from {{ ref('stg_steps_versions') }}
),

{%- for contract, names in columns.items() %}

{{ contract }} as (
    select {{ names | unique | join(', ') }}
    from {{ 'achievements_in_force' if contract == 'achievements' else ref('stg_' ~ contract) }}
),
{%- endfor %}

dangling as (
    {%- for contract, column, target, kind in references %}
    select
        '{{ contract }}' as contract,
        '{{ column }}' as column_name,
        '{{ kind }}' as kind,
        {{ column }} as missing_id
    from {{ contract }} as referring
    where {{ column }} is not null
        and not exists (
            select 1 from {{ 'known_steps' if target == 'steps' else target }} as target
            where target.{{ targets[target] }} = referring.{{ column }}
        )

    union all
    {% endfor %}
    select
        'achievements' as contract,
        'achievement_id' as column_name,
        'still_required' as kind,
        achievement_id as missing_id
    from achievements_in_force
    where is_still_required
),

counted as (
    select
        contract,
        column_name as {{ adapter.quote('column') }},
        kind,
        count(*) as rows,
        {{ first_elements(sorted_list('missing_id', distinct=true), 5) }} as examples
    from dangling
    group by contract, column_name, kind
)

select * from counted
