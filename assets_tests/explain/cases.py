"""Which rows of the sample the tests explain: for each table a query that picks every case it has, and few of each."""

from __future__ import annotations

CASES = {
    "internships.internship_aggregates": """
        from internships.internship_aggregates
        where aggregation_window = 'weekly'
        qualify row_number() over (order by tasks_overdue desc, internship_instance_id, period_start) <= 2
            or row_number() over (order by employer_inputs desc, internship_instance_id, period_start) = 1
            or row_number() over (order by tasks_late desc, internship_instance_id, period_start) = 1
            or row_number() over (order by expected_days asc, internship_instance_id, period_start) = 1
            or row_number() over (order by period_start desc, internship_instance_id) = 1
            or (internship_instance_id = 'inst_3001' and period_start = '2026-03-01')
        union all
        from internships.internship_aggregates
        where (internship_instance_id = 'inst_3001' and aggregation_window = 'daily' and period_start = '2026-03-04')
            or (internship_instance_id = 'inst_3008' and aggregation_window = 'weekly' and period_start = '2026-03-08')
    """,
    "performance.user_performance": """
        from performance.user_performance
        qualify row_number() over (order by tasks_completed desc, user_id) <= 3
            or row_number() over (order by tasks_completed asc, user_id) = 1
            or row_number() over (order by organization_id is null desc, tasks_completed desc, user_id) = 1
            or row_number() over (order by username is null desc, user_id) = 1
            or user_id = 'user_1001'
    """,
    "progress.step_progress": """
        from progress.step_progress
        qualify row_number() over (
            partition by state, completion_source, target_source, is_removed, passed
            order by attempt_count desc, step_id, student_id
        ) = 1
    """,
    "progress.assignment_progress": """
        from progress.assignment_progress
        qualify row_number() over (
            partition by pacing_status, status
            order by assignment_id, student_id
        ) = 1
    """,
    "progress.student_progress_summary": """
        from progress.student_progress_summary
        qualify at_risk or row_number() over (order by badges_earned desc, student_id) = 1
    """,
    "records.performance_records": """
        from records.performance_records
        qualify row_number() over (order by points_max_materialized asc, lecture_id, user_id) <= 2
            or row_number() over (order by points_max_pending desc, lecture_id, user_id) = 1
            or row_number() over (order by len(achievements_met_ids) desc, lecture_id, user_id) <= 2
    """,
    "records.registration_decisions": """
        from records.registration_decisions
        qualify row_number() over (partition by code, certification_status order by registration_event_id) = 1
    """,
}
