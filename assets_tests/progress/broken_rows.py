"""What breaks the checks of a single row of `progress`: which sound row, and what it says instead.

Belongs here: per table and check that no declaration of a column states, the condition that a row of the sample meets
and the values that then cannot be. What a column declares is broken by derivation. That each is found is shown, for
all domains, by `assets_tests/mutations/test_values.py`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

Case = tuple[str, str, dict[str, Any]]

ANY = "true"
UNSORTED = ["b", "a"]
LATER = datetime(2026, 4, 2, 12, tzinfo=UTC)

CASES: dict[str, tuple[Case, ...]] = {
    "progress.step_progress": (
        ("complete_is_with_a_moment", "state = 'complete'", {"completed_at": None}),
        ("complete_is_with_a_moment", "state = 'locked'", {"completion_source": "fresh_attempt"}),
        ("complete_is_with_a_moment", "state = 'available'", {"is_removed": True}),
        ("begun_is_in_progress_or_complete", "state = 'in_progress'", {"started_at": None}),
        ("begun_is_in_progress_or_complete", "state = 'in_progress'", {"state": "available"}),
        ("activity_has_a_first_and_a_last", "attempt_count > 0", {"last_activity_at": None}),
        ("activity_has_a_first_and_a_last", "attempt_count > 0", {"started_at": LATER}),
        ("activity_has_a_first_and_a_last", "state = 'available'", {"attempt_count": 1}),
        ("scores_come_from_attempts_or_a_play", "attempt_count > 0", {"best_score": None}),
        ("scores_come_from_attempts_or_a_play", "attempt_count > 0", {"latest_score": None}),
        ("scores_come_from_attempts_or_a_play", "attempt_count > 0", {"best_score": None, "latest_score": None}),
        ("scores_come_from_attempts_or_a_play", "attempt_count > 0", {"first_attempt_passed": None}),
        ("scores_come_from_attempts_or_a_play", "latest_score > 0", {"best_score": 0.0}),
        ("scores_come_from_attempts_or_a_play", "original_score > 0", {"best_score": 0.0, "latest_score": 0.0}),
        ("passed_is_a_score_at_the_target", "passed", {"passed": False}),
        ("passed_is_a_score_at_the_target", "passed", {"target_score": None}),
        (
            "level_follows_from_scores_and_target",
            "mastery_level = 'learning'",
            {"mastery_level": "mastered"},
        ),
        (
            "level_follows_from_scores_and_target",
            "mastery_level = 'proficient' and best_score < target_score",
            {"mastery_level": "mastered", "consistency_score": 0.15},
        ),
        (
            "level_follows_from_scores_and_target",
            "mastery_level = 'mastered'",
            {"mastery_level": "learning", "consistency_score": 0.15},
        ),
        (
            "level_follows_from_scores_and_target",
            "mastery_level = 'proficient' and best_score >= target_score",
            {"mastery_level": "mastered", "consistency_score": None},
        ),
        ("deviation_takes_two_scores", "attempt_count = 1", {"consistency_score": 0.1}),
        (
            "reconciled_says_with_what_and_when",
            "completion_source = 'fresh_attempt'",
            {"original_context": "all_games"},
        ),
        (
            "reconciled_says_with_what_and_when",
            "completion_source = 'free_play_reconciled'",
            {"completion_source": "fresh_attempt"},
        ),
        (
            "reconciled_says_with_what_and_when",
            "completion_source = 'free_play_reconciled'",
            {"reconciled_at": LATER},
        ),
    ),
    "progress.assignment_progress": (
        ("steps_are_in_one_state_each", "steps_required > 0", {"steps_total": 0}),
        ("steps_are_in_one_state_each", ANY, {"steps_locked": 1000}),
        ("steps_are_in_one_state_each", ANY, {"steps_required": 1000}),
        (
            "percentage_is_of_whole_required_steps",
            "steps_required > 1",
            {"completion_percentage": 0.5},
        ),
        (
            "percentage_is_of_whole_required_steps",
            "steps_required > 1",
            {"completion_percentage": 100.0, "steps_completed": 0},
        ),
        ("status_follows_from_the_steps", "status = 'in_progress'", {"status": "not_started"}),
        ("status_follows_from_the_steps", "status = 'complete'", {"steps_total": 0}),
        ("what_remains_is_next", "next_step_id is not null", {"next_step_id": None}),
        ("what_remains_is_next", "next_step_id is not null", {"steps_required": 0}),
        ("what_remains_is_next", "next_step_id is not null", {"completed_at": LATER}),
        ("what_remains_is_next", "status = 'complete'", {"completed_at": None}),
        ("what_remains_is_next", "status = 'complete'", {"steps_required": 0}),
        ("what_remains_is_next", "status = 'complete'", {"next_step_due_at": LATER}),
        ("what_remains_is_next", "status = 'complete'", {"estimated_completion_date": date(2026, 5, 1)}),
        ("band_is_that_of_the_difference", "pacing_status = 'at_risk'", {"pacing_status": "ahead"}),
        ("colour_is_that_of_the_band", "colour = 'red'", {"colour": "green"}),
        ("colour_is_that_of_the_band", "status = 'complete' and pacing_status = 'on_track'", {"steps_total": 0}),
    ),
    "progress.sequence_progress": (
        ("completed_assignments_are_some_of_all", ANY, {"assignments_completed": 1000}),
        (
            "completed_assignments_are_some_of_all",
            ANY,
            {"completion_percentage": 100.0, "estimated_completion_date": date(2026, 5, 1)},
        ),
        ("concepts_are_sorted_and_in_one_list", ANY, {"concepts_mastered": UNSORTED}),
        ("concepts_are_sorted_and_in_one_list", ANY, {"concepts_in_progress": UNSORTED}),
        (
            "concepts_are_sorted_and_in_one_list",
            ANY,
            {"concepts_mastered": ["a"], "concepts_in_progress": ["a"]},
        ),
    ),
    "progress.concept_mastery": (
        ("not_started_is_without_a_score", "best_score is not null", {"best_score": None}),
    ),
    "progress.student_progress_summary": (
        ("at_risk_is_with_a_factor", "at_risk", {"at_risk": False}),
        ("at_risk_is_with_a_factor", "at_risk", {"risk_factors": ["inactive_for_days"]}),
        ("this_week_is_part_of_all", ANY, {"time_on_task_this_week_ms": 10**15}),
        ("this_week_is_part_of_all", "streak_days > 0", {"engagement_score": 0.0, "last_activity_at": None}),
        ("this_week_is_part_of_all", "engagement_score > 0", {"streak_days": 0, "last_activity_at": None}),
    ),
    "progress.class_progress": (
        ("bands_sum_to_the_students", ANY, {"ahead": 1000}),
        ("bands_sum_to_the_students", ANY, {"complete": 1000}),
    ),
    "progress.class_summary": (
        ("members_are_named_once_in_order", ANY, {"students": 2, "student_ids": UNSORTED}),
        ("members_are_named_once_in_order", "students > 0", {"student_ids": []}),
        ("an_empty_class_has_nothing", ANY, {"at_risk_students": 1000}),
        ("an_empty_class_has_nothing", "active_assignments > 0", {"students": 0, "at_risk_students": 0}),
    ),
    "progress.organization_progress": (
        ("students_at_risk_and_active_are_students", ANY, {"active_students_7d": 1000}),
        ("students_at_risk_and_active_are_students", ANY, {"active_assignments": 1, "completion_rate": 1.0}),
    ),
    "progress.organization_progress_trend": (
        ("periods_begin_where_they_do", "period = 'week'", {"period_start": date(2026, 3, 2)}),
        ("periods_begin_where_they_do", "period = 'month'", {"period_start": date(2026, 3, 2)}),
        ("periods_begin_where_they_do", "period = 'quarter'", {"period_start": date(2026, 3, 1)}),
        ("periods_begin_where_they_do", "period = 'quarter'", {"period_start": date(2026, 4, 2)}),
        (
            "something_happened",
            ANY,
            {"active_students": 0, "steps_completed": 0, "time_on_task_ms": 0, "mean_score": None},
        ),
        (
            "something_happened",
            ANY,
            {"active_students": 0, "steps_completed": 1, "time_on_task_ms": 1, "mean_score": None},
        ),
        (
            "something_happened",
            ANY,
            {"active_students": 0, "steps_completed": 1, "time_on_task_ms": 0, "mean_score": 50.0},
        ),
    ),
    "progress.content_effectiveness": (
        ("means_take_students", "students > 0", {"completion_rate": None}),
        ("means_take_students", "students > 0", {"stuck_students": 1000}),
        ("means_take_students", "students > 0", {"stuck_students": 1, "mean_attempts": None}),
    ),
    "progress.student_risk_history": (
        ("at_risk_is_with_a_factor", "at_risk", {"risk_factors": []}),
        ("at_risk_is_with_a_factor", "at_risk", {"risk_factors": ["inactive_for_days"]}),
        ("at_risk_is_with_a_factor", "not at_risk", {"risk_factors": ["inactive_9_days"]}),
    ),
    "progress.interventions": (
        ("lists_are_sorted_sets", ANY, {"audience": UNSORTED}),
        ("offer_is_for_being_behind", "offer is null", {"risk_factors": []}),
        ("offer_is_for_being_behind", "offer is null", {"risk_factors": ["inactive_for_days"]}),
        ("offer_is_for_being_behind", "offer is not null", {"offer": None}),
    ),
    "progress.progress_snapshots": (
        (
            "notes_are_the_scopes_and_triggers",
            "scope_type = 'student'",
            {"notes": "completed", "trigger": "milestone"},
        ),
        ("notes_are_the_scopes_and_triggers", "notes = 'completed'", {"trigger": "manual"}),
        ("state_has_the_scopes_keys", "scope_type = 'step'", {"state_snapshot": '{"state":1}'}),
        ("state_has_the_scopes_keys", "scope_type = 'step'", {"state_snapshot": '{"":1,"time_on_task_ms":1}'}),
        ("state_has_the_scopes_keys", "scope_type = 'step'", {"mastery_score": 1.0}),
        ("state_has_the_scopes_keys", "scope_type = 'student'", {"completion_percentage": 1.0}),
        ("date_is_the_moments", ANY, {"snapshot_date": date(1970, 1, 1)}),
        ("date_is_the_moments", "notes = 'daily'", {"snapshot_at": LATER, "snapshot_date": LATER.date()}),
    ),
    "progress.progress_events": (
        ("properties_are_the_documented_ones", ANY, {"properties": "{}"}),
        ("ids_are_there_for_what_it_speaks_of", "event = 'step_progress_updated'", {"step_id": None}),
        ("ids_are_there_for_what_it_speaks_of", "step_id is not null", {"assignment_id": None}),
    ),
}  # fmt: skip
