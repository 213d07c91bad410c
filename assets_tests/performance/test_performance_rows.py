"""Every check of one row of `performance` turns red on a broken row, and only then."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from assets_tests.dbt.checking import checks_of, failed_checks
from pipelines.checks.performance import MODELS

LOGS = "performance.performance_logs"
SNAPSHOTS = "performance.performance_snapshots"
MILESTONES = "performance.performance_milestones"
BADGES = "performance.performance_badges"
USERS = "performance.user_performance"
TEAMS = "performance.team_performance"
DISTRIBUTION = "performance.performance_distribution"

MOMENT = datetime(2026, 3, 10, 15, tzinfo=UTC)
METRICS: dict[str, Any] = {
    "tasks_completed": 3,
    "on_time_ratio": 2 / 3,
    "skill_accuracy": 0.85,
    "difficulty_factor": 0.8,
    "avg_completion_time": 3.0,
    "avg_completion_speed": -0.5,
}
NO_METRICS = dict.fromkeys(METRICS)

GOOD: dict[str, dict[str, Any]] = {
    LOGS: {
        "assignment_id": "a3",
        "user_id": "ann",
        "organization_id": None,
        "performance_score": 74.833333333,
        "score_change": 10.333333333,
        "created_at": MOMENT,
    }
    | METRICS,
    SNAPSHOTS: {
        "user_id": "ann",
        "tasks_completed_today": 2,
        "cumulative_tasks": 3,
        "daily_on_time_ratio": 0.5,
        "cumulative_on_time_ratio": 2 / 3,
        "daily_performance_score": 65.0,
        "cumulative_performance_score": 74.833333333,
        "snapshot_date": date(2026, 3, 10),
        "created_at": MOMENT,
    },
    MILESTONES: {
        "user_id": "ann",
        "milestone_type": "first_task",
        "milestone_name": "First Task",
        "description": "Completed the first task",
        "achievement_data": '{"assignment_id":"a1"}',
        "achieved_value": 1.0,
        "achieved_at": MOMENT,
    },
    BADGES: {
        "user_id": "ann",
        "criteria": "score_above_80",
        "badge_name": "High Performer",
        "badge_description": "Reached a performance score above 80",
        "badge_icon": "⭐",
        "criteria_value": 80.0,
        "is_active": True,
        "earned_at": MOMENT,
    },
    USERS: {
        "user_id": "ann",
        "username": "Ann",
        "organization_id": "harbor",
        "trend_direction": "↑",
        "experience_level": 7,
        "current_performance_score": 74.833333333,
        "trend_change": 10.333333333,
        "trend_period_days": 30,
        "organization_rank": 4,
    }
    | METRICS,
    TEAMS: {
        "organization_id": "harbor",
        "team_size": 3,
        "average_score": 81.0,
        "median_score": 80.0,
        "std_deviation": 11.532562595,
        "min_score": 70.0,
        "max_score": 93.0,
        "score_range": 23.0,
    },
    DISTRIBUTION: {"organization_id": "harbor", "bucket": "80-100", "members": 2},
}

FIRST = {"tasks_completed": 1, "score_change": 0.0}
ALL_TODAY = {
    "tasks_completed_today": 3,
    "daily_on_time_ratio": 2 / 3,
    "daily_performance_score": 74.833333333,
}
UNRANKED = {"organization_rank": None, "organization_id": None}
IDLE = (
    NO_METRICS
    | {"tasks_completed": 0, "current_performance_score": None, "organization_rank": None}
    | {"trend_change": 0.0, "trend_direction": "→"}
)
ALONE = {
    "team_size": 1,
    "average_score": 70.0,
    "median_score": 70.0,
    "max_score": 70.0,
    "score_range": 0.0,
    "std_deviation": 0.0,
}

ALSO_GOOD: list[tuple[str, dict[str, Any]]] = [
    (LOGS, NO_METRICS | FIRST),
    (SNAPSHOTS, ALL_TODAY),
    (SNAPSHOTS, {"daily_on_time_ratio": None}),
    (SNAPSHOTS, {"daily_on_time_ratio": None, "cumulative_on_time_ratio": None}),
    (USERS, UNRANKED | {"username": None, "experience_level": None}),
    (USERS, IDLE),
    (USERS, {"trend_change": -0.1, "trend_direction": "↓"}),
    (TEAMS, ALONE),
    (TEAMS, {"average_score": 93.0 + 1e-13, "min_score": 93.0, "median_score": 93.0}),
]

AT_LEAST, AT_MOST = "greater_than_or_equal_to", "less_than_or_equal_to"
BROKEN: list[tuple[str, dict[str, Any], str]] = [
    (LOGS, {"user_id": None}, "not_nullable"),
    (LOGS, {"username": "Ann"}, "column_in_schema"),
    (LOGS, {"tasks_completed": 0}, AT_LEAST),
    (LOGS, {"on_time_ratio": 1.01}, AT_MOST),
    (LOGS, {"skill_accuracy": -0.01}, AT_LEAST),
    (LOGS, {"difficulty_factor": 8.0}, AT_MOST),
    (LOGS, {"avg_completion_time": -1.0}, AT_LEAST),
    (LOGS, {"performance_score": 100.000000001}, AT_MOST),
    (LOGS, {"performance_score": None}, "not_nullable"),
    (LOGS, {"score_change": -101.0}, AT_LEAST),
    (LOGS, {"score_change": 101.0}, AT_MOST),
    (LOGS, FIRST | {"score_change": 0.1}, "first_log_changes_nothing"),
    (LOGS, {"on_time_ratio": None}, "speed_and_punctuality_speak_of_the_same_tasks"),
    (LOGS, {"avg_completion_speed": None}, "speed_and_punctuality_speak_of_the_same_tasks"),
    (SNAPSHOTS, {"snapshot_date": None}, "not_nullable"),
    (SNAPSHOTS, {"id": 1}, "column_in_schema"),
    (SNAPSHOTS, {"tasks_completed_today": 0}, AT_LEAST),
    (SNAPSHOTS, {"daily_performance_score": 101.0}, AT_MOST),
    (SNAPSHOTS, {"tasks_completed_today": 4}, "day_is_a_part_of_everything"),
    (SNAPSHOTS, ALL_TODAY | {"daily_on_time_ratio": None}, "day_is_a_part_of_everything"),
    (SNAPSHOTS, ALL_TODAY | {"daily_performance_score": 74.0}, "day_is_a_part_of_everything"),
    (SNAPSHOTS, {"cumulative_on_time_ratio": None}, "a_ratio_of_the_day_is_in_the_ratio_so_far"),
    (SNAPSHOTS, {"created_at": datetime(2026, 3, 11, tzinfo=UTC)}, "is_of_the_utc_day"),
    (MILESTONES, {"milestone_type": None}, "not_nullable"),
    (MILESTONES, {"id": 1}, "column_in_schema"),
    (MILESTONES, {"achieved_value": 0.0}, AT_LEAST),
    (MILESTONES, {"achieved_value": 1.5}, "is_a_number_of_tasks"),
    (BADGES, {"badge_icon": None}, "not_nullable"),
    (BADGES, {"id": 1}, "column_in_schema"),
    (BADGES, {"criteria_value": -1.0}, AT_LEAST),
    (BADGES, {"is_active": False}, "equal_to"),
    (USERS, {"user_id": None}, "not_nullable"),
    (USERS, {"email": "ann@example.org"}, "column_in_schema"),
    (USERS, {"trend_direction": "↗"}, "isin"),
    (USERS, {"experience_level": 11}, AT_MOST),
    (USERS, {"organization_rank": 0}, AT_LEAST),
    (USERS, {"trend_period_days": 90}, "equal_to"),
    (USERS, {"current_performance_score": None}, "score_and_metrics_need_a_completion"),
    (USERS, IDLE | {"on_time_ratio": 0.5}, "score_and_metrics_need_a_completion"),
    (USERS, IDLE | {"current_performance_score": 50.0}, "score_and_metrics_need_a_completion"),
    (USERS, IDLE | {"trend_change": 1.0, "trend_direction": "↑"}, "score_and_metrics_need_a_completion"),
    (USERS, {"trend_direction": "→"}, "direction_is_the_sign_of_the_change"),
    (USERS, {"trend_change": -1.0}, "direction_is_the_sign_of_the_change"),
    (USERS, {"organization_rank": None}, "members_of_a_team_have_a_rank"),
    (USERS, {"organization_id": None}, "members_of_a_team_have_a_rank"),
    (TEAMS, {"organization_id": None}, "not_nullable"),
    (TEAMS, {"username": "Ann"}, "column_in_schema"),
    (TEAMS, {"std_deviation": -1.0}, AT_LEAST),
    (TEAMS, {"max_score": 101.0}, AT_MOST),
    (TEAMS, {"average_score": 93.00000001}, "middle_lies_between_the_ends"),
    (TEAMS, {"median_score": 69.99999999}, "middle_lies_between_the_ends"),
    (TEAMS, ALONE | {"std_deviation": 1.0}, "a_team_of_one_has_no_spread"),
    (TEAMS, ALONE | {"score_range": 1.0}, "a_team_of_one_has_no_spread"),
    (DISTRIBUTION, {"members": None}, "not_nullable"),
    (DISTRIBUTION, {"user_id": "ann"}, "column_in_schema"),
    (DISTRIBUTION, {"bucket": "100-120"}, "isin"),
    (DISTRIBUTION, {"members": -1}, AT_LEAST),
]  # fmt: skip


@pytest.mark.parametrize("table", MODELS)
def test_a_good_row_passes(table: str) -> None:
    assert failed_checks(MODELS[table], GOOD[table]) == set()


@pytest.mark.parametrize(("table", "change"), ALSO_GOOD)
def test_a_row_at_the_edge_passes(table: str, change: dict[str, Any]) -> None:
    assert failed_checks(MODELS[table], GOOD[table] | change) == set()


@pytest.mark.requirement(
    "R001-14", "R001-66", "G001-02", "G001-03", "G001-07", "G001-11", "G001-13"
)
@pytest.mark.parametrize(("table", "change", "check"), BROKEN)
def test_a_broken_row_turns_its_check_red(table: str, change: dict[str, Any], check: str) -> None:
    assert check in failed_checks(MODELS[table], GOOD[table] | change)


@pytest.mark.parametrize("table", MODELS)
def test_every_check_is_broken_above(table: str) -> None:
    assert checks_of(MODELS[table]) <= {check for model, _, check in BROKEN if model == table}
