"""What breaks the rules between the marts of `internships`: per rule the statements of which each alone turns it red.

Belongs here: edits of the world of `conftest.py`. That each is found is shown, for all domains, by
`assets_tests/mutations/test_rules.py`.
"""

from __future__ import annotations

FIRST_WEEK = "aggregation_window = 'weekly' and period_start = '2026-03-01'"
FIRST_MONDAY = "aggregation_window = 'daily' and period_start = '2026-03-02'"
ATTENDANCE = "internship_instance_id = 'inst_3001' and metric = 'attendance_rate'"

ONE_SHOWN = """
    insert into internship_aggregates_anonymous
    select internship_instance_id, aggregation_window, {}, expected_days, attended_days, tasks_completed, tasks_late,
        tasks_overdue, training_completed, employer_inputs, period_start
    from internship_aggregates
    where {}
"""
# Seven alike, of whom six are there on the Monday and all are there in the week.
A_TEAM = """
    update internship_aggregates set organization_id = 'o1';
    insert into internship_aggregates
    select aggregates.* replace (internship_instance_id || number as internship_instance_id)
    from internship_aggregates as aggregates, range(1, 6) as others (number);
"""
ALL_SHOWN = ONE_SHOWN.format("attendance_rate", "true")

REQUIREMENTS = ("R000-14", "R000-25", "R000-37", "R000-41", "R000-51", "R000-52", "R000-56")
BROKEN_BY: dict[str, tuple[str, ...]] = {
    "every_internship_in_force_is_shown": (
        "delete from internship_kpi_progress where metric = 'tasks_late'",
        "delete from student_progress_indicators",
        "update raw.internships set is_deleted = true where user_id = 'ben'",
    ),
    "windows_have_no_gaps": (
        "delete from internship_aggregates where period_start = '2026-03-05'",
        f"delete from internship_aggregates where {FIRST_MONDAY}",
        f"delete from internship_aggregates where {FIRST_WEEK}",
        "update raw.internships set ends_on = '2026-03-17'",
        "update internship_aggregates set internship_instance_id = 'i9' where internship_instance_id = 'inst_3001'",
    ),
    "weeks_are_the_sum_of_their_days": (
        f"update internship_aggregates set expected_days = 7 where {FIRST_WEEK}",
        f"update internship_aggregates set attended_days = 5 where {FIRST_WEEK}",
        f"update internship_aggregates set tasks_completed = 5 where {FIRST_WEEK}",
        f"update internship_aggregates set tasks_late = 0 where {FIRST_WEEK}",
        f"update internship_aggregates set employer_inputs = 2 where {FIRST_WEEK}",
        f"update internship_aggregates set training_ids = ['m1'] where {FIRST_WEEK}",
        f"delete from internship_aggregates where {FIRST_WEEK}",
    ),
    "signals_are_counted_once": (
        f"update internship_aggregates set tasks_completed = 0 where {FIRST_MONDAY}",
        f"update internship_aggregates set training_ids = ['m9'] where {FIRST_MONDAY}",
        f"update internship_aggregates set employer_inputs = 1 where {FIRST_MONDAY}",
        f"update internship_aggregates set attended_days = 2 where {FIRST_MONDAY}",
        "delete from internship_aggregates",
    ),
    "kpis_are_their_days_over_closed_weeks": (
        f"update internship_kpi_progress set value = 0.92 where {ATTENDANCE}",
        f"update internship_kpi_progress set value = NULL where {ATTENDANCE}",
        f"update internship_kpi_progress set value_last_week = 1 where {ATTENDANCE}",
        "update internship_kpi_progress set kpi_as_of = '2026-03-07'",
        "update internship_kpi_progress set value = 3 where metric = 'training_completed'",
    ),
    "risk_is_judged_on_the_weeks_aggregate": (
        f"update internship_risk_states set value = 0.1 where {ATTENDANCE}",
        "update internship_aggregates set is_closed = false",
        "insert into internship_risk_states by name select * replace (null as value, date '2026-05-03' as period_start)"
        f" from internship_risk_states where {ATTENDANCE} limit 1",
    ),
    "changes_are_against_the_week_before": (
        "update internship_risk_states set changed = not changed",
        "delete from internship_risk_states where period_start = '2026-03-01'",
    ),
    "every_turn_to_at_risk_notifies_once": (
        "delete from internship_notifications where metric = 'tasks_late'",
        "update internship_notifications set period_start = '2026-03-15'",
        "update internship_notifications set employer_id = 'other'",
        "update internship_risk_states set changed = false",
    ),
    "anonymous_groups_are_large_enough": (
        ONE_SHOWN.format("attendance_rate", FIRST_WEEK),
        f"{A_TEAM} {ALL_SHOWN}; update internship_aggregates set organization_id = null",
        f"{A_TEAM} {ALL_SHOWN}; delete from internship_aggregates_anonymous"
        " where subject_hash = 'inst_3001'",
        f"{A_TEAM} {ALL_SHOWN}; delete from internship_aggregates_anonymous where {FIRST_MONDAY}",
    ),
    "anonymous_rows_are_aggregates": (
        ONE_SHOWN.format("0.5", FIRST_WEEK),
        f"{A_TEAM} {ALL_SHOWN}; update internship_aggregates_anonymous set tasks_late = 9",
        f"{A_TEAM} {ALL_SHOWN}; update internship_aggregates_anonymous set subject_hash = 'i0'"
        f" where subject_hash = 'inst_3001' and {FIRST_WEEK}",
    ),
    "indicators_agree_with_the_aggregates": (
        "update student_progress_indicators set tasks_completed = 4",
        "update student_progress_indicators set training_completed = 3",
        "update student_progress_indicators set weeks_elapsed = 1",
        "update student_progress_indicators set kpi_as_of = '2026-03-07'",
        "update student_progress_indicators set attendance_band = 'fair'",
        "update student_progress_indicators set attendance_band = NULL",
    ),
}
