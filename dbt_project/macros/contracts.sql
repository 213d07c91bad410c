{# The contracts by kind, for models that go through all of them; a test holds the lists against pipelines/contracts. #}

{% macro event_contracts() -%}
    {{ return([
        'attendance_records',
        'training_events',
        'employer_inputs',
        'task_events',
        'project_events',
        'progress_updates',
        'mentorship_sessions',
        'step_events',
        'free_play_scores',
        'badge_awards',
        'participations',
        'achievement_grades',
        'certifications',
        'registration_events',
    ]) }}
{%- endmacro %}

{% macro entity_contracts() -%}
    {{ return([
        'organizations',
        'users',
        'internships',
        'internship_days_off',
        'kpi_thresholds',
        'task_assignments',
        'skills',
        'projects',
        'project_skills',
        'sequences',
        'assignments',
        'steps',
        'games',
        'assignment_students',
        'classes',
        'class_students',
        'lectures',
        'lecture_members',
        'assessments',
        'achievements',
        'rules',
        'rule_achievements',
        'campaigns',
        'registration_policies',
    ]) }}
{%- endmacro %}
