"""Every check of one row of `internships` turns red on a broken row, and only then."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from assets_tests.dbt.checking import checks_of, failed_checks
from pipelines.checks.internships import MODELS

AGGREGATES = "internships.internship_aggregates"
ANONYMOUS = "internships.internship_aggregates_anonymous"
KPI_PROGRESS = "internships.internship_kpi_progress"
RISK_STATES = "internships.internship_risk_states"
NOTIFICATIONS = "internships.internship_notifications"
INDICATORS = "internships.student_progress_indicators"

METRICS = {
    "attendance_rate": 4 / 5,
    "expected_days": 5,
    "attended_days": 4,
    "tasks_completed": 4,
    "tasks_late": 1,
    "tasks_overdue": 2,
    "training_completed": 2,
    "employer_inputs": 1,
}

GOOD: dict[str, dict[str, Any]] = {
    AGGREGATES: {
        "internship_instance_id": "i1",
        "user_id": "ada",
        "employer_id": "ridge",
        "organization_id": None,
        "aggregation_window": "weekly",
        "training_ids": ["m1", "m2"],
        **METRICS,
        "is_closed": True,
        "period_start": date(2026, 3, 1),
        "period_end": date(2026, 3, 7),
    },
    ANONYMOUS: {
        "subject_hash": "i1",
        "aggregation_window": "weekly",
        **METRICS,
        "period_start": date(2026, 3, 1),
    },
    KPI_PROGRESS: {
        "internship_instance_id": "i1",
        "employer_id": "ridge",
        "metric": "attendance_rate",
        "value": 11 / 12,
        "value_last_week": None,
        "min_value": 0.9,
        "max_value": None,
        "kpi_as_of": date(2026, 3, 14),
    },
    RISK_STATES: {
        "internship_instance_id": "i1",
        "employer_id": "ridge",
        "kpi_threshold_id": "k1",
        "metric": "attendance_rate",
        "state": "at_risk",
        "value": 0.8,
        "min_value": 0.9,
        "max_value": None,
        "changed": True,
        "period_start": date(2026, 3, 1),
    },
    NOTIFICATIONS: {
        "internship_instance_id": "i1",
        "employer_id": "ridge",
        "metric": "attendance_rate",
        "audience": ["admin", "employer"],
        "message": "attendance_rate 0.8 is below 0.9 in the week of 2026-03-01",
        "period_start": date(2026, 3, 1),
    },
    INDICATORS: {
        "internship_instance_id": "i1",
        "user_id": "ada",
        "attendance_band": "good",
        "tasks_completed": 5,
        "tasks_assigned": 6,
        "training_completed": 2,
        "weeks_elapsed": 2,
        "weeks_total": 9,
        "kpi_as_of": date(2026, 3, 14),
    },
}

DAY = {"aggregation_window": "daily", "period_end": date(2026, 3, 1)}
NO_DAYS = {"expected_days": 0, "attended_days": 0}
BEGUN_TODAY = {"kpi_as_of": None, "weeks_elapsed": 0, "attendance_band": None}

ALSO_GOOD: list[tuple[str, dict[str, Any]]] = [
    (AGGREGATES, NO_DAYS | {"attendance_rate": None}),
    (AGGREGATES, DAY | {"expected_days": 1, "attended_days": 1, "attendance_rate": 1.0}),
    (AGGREGATES, {"training_ids": [], "training_completed": 0}),
    (AGGREGATES, {"attended_days": 1, "expected_days": 7, "attendance_rate": 1 / 7}),
    (KPI_PROGRESS, {"kpi_as_of": None, "value": None}),
    (KPI_PROGRESS, {"metric": "tasks_completed", "value": 3.0, "value_last_week": 0.0}),
    (RISK_STATES, {"state": "none", "value": 0.9}),
    (RISK_STATES, {"state": "none", "value": None}),
    (NOTIFICATIONS, {"message": "attendance_rate 1 is above 0.50001 in the week of 2026-03-01"}),
    (INDICATORS, BEGUN_TODAY),
]

BROKEN: list[tuple[str, dict[str, Any], str]] = [
    (AGGREGATES, {"user_id": None}, "not_nullable"),
    (AGGREGATES, {"score": 1}, "column_in_schema"),
    (AGGREGATES, {"aggregation_window": "on_demand"}, "isin"),
    *(
        broken
        for table in (AGGREGATES, ANONYMOUS)
        for broken in (
            (table, {"tasks_overdue": -1}, "greater_than_or_equal_to"),
            (table, {"employer_inputs": -1}, "greater_than_or_equal_to"),
            (table, {"expected_days": 0, "attendance_rate": None}, "attended_days_were_expected"),
            (table, {"expected_days": 8, "attendance_rate": 4 / 8}, "attended_days_were_expected"),
            (table, {"attendance_rate": 0.8000000000000002}, "rate_is_attended_over_expected"),
            (table, {"attendance_rate": None}, "rate_is_attended_over_expected"),
            (table, NO_DAYS | {"attendance_rate": 0.0}, "rate_is_attended_over_expected"),
            (table, {"tasks_late": 5}, "late_tasks_are_completed"),
        )
    ),
    (ANONYMOUS, {"aggregation_window": "on_demand"}, "isin"),
    (ANONYMOUS, {"subject_hash": None}, "not_nullable"),
    *(
        (ANONYMOUS, {column: "o1"}, "column_in_schema")
        for column in ("internship_instance_id", "user_id", "organization_id", "state")
    ),
    (ANONYMOUS, {"period_start": date(2026, 3, 2)}, "weeks_start_on_sunday"),
    (AGGREGATES, DAY | {"attended_days": 5, "attendance_rate": 1.0}, "attended_days_were_expected"),
    (AGGREGATES, {"training_completed": 3}, "trainings_are_distinct_sorted_and_counted"),
    (AGGREGATES, {"training_ids": ["m2", "m1"]}, "trainings_are_distinct_sorted_and_counted"),
    (AGGREGATES, {"training_ids": ["m1", "m1"]}, "trainings_are_distinct_sorted_and_counted"),
    (AGGREGATES, {"period_end": date(2026, 3, 8)}, "windows_are_days_and_weeks"),
    (AGGREGATES, {"aggregation_window": "daily", **NO_DAYS, "attendance_rate": None}, "windows_are_days_and_weeks"),
    (
        AGGREGATES,
        {"period_start": date(2026, 3, 2), "period_end": date(2026, 3, 8)},
        "weeks_start_on_sunday",
    ),
    (KPI_PROGRESS, {"metric": "tasks_overdue", "value_last_week": 1.0, "value": 1.0}, "isin"),
    (KPI_PROGRESS, {"employer_id": None}, "not_nullable"),
    (KPI_PROGRESS, {"state": "at_risk"}, "column_in_schema"),
    (KPI_PROGRESS, {"value": 1.01}, "values_are_counts_or_rates"),
    (KPI_PROGRESS, {"value_last_week": -0.01}, "values_are_counts_or_rates"),
    (
        KPI_PROGRESS,
        {"metric": "tasks_late", "value": 0.5, "value_last_week": 1.0},
        "values_are_counts_or_rates",
    ),
    (
        KPI_PROGRESS,
        {"metric": "tasks_late", "value": -1.0, "value_last_week": 1.0},
        "values_are_counts_or_rates",
    ),
    (KPI_PROGRESS, {"kpi_as_of": None}, "values_are_lagged"),
    (KPI_PROGRESS, {"kpi_as_of": None, "value": None, "value_last_week": 0.8}, "values_are_lagged"),
    (KPI_PROGRESS, {"metric": "tasks_late", "value": 1.0}, "values_are_lagged"),
    (KPI_PROGRESS, {"metric": "tasks_late", "value": None, "value_last_week": 1.0}, "values_are_lagged"),
    (KPI_PROGRESS, {"kpi_as_of": date(2026, 3, 15)}, "kpis_speak_of_a_saturday"),
    (RISK_STATES, {"kpi_threshold_id": None}, "not_nullable"),
    (RISK_STATES, {"penalty": 1}, "column_in_schema"),
    (RISK_STATES, {"metric": "tasks_overdue"}, "isin"),
    (RISK_STATES, {"state": "failed", "value": 1.0}, "isin"),
    (RISK_STATES, {"state": "none"}, "state_follows_from_the_bounds"),
    (RISK_STATES, {"value": 0.9}, "state_follows_from_the_bounds"),
    (RISK_STATES, {"value": None}, "state_follows_from_the_bounds"),
    (RISK_STATES, {"max_value": 0.1, "min_value": None, "state": "none"}, "state_follows_from_the_bounds"),
    (RISK_STATES, {"min_value": None, "state": "none"}, "threshold_has_a_bound"),
    (RISK_STATES, {"period_start": date(2026, 3, 2)}, "weeks_start_on_sunday"),
    (NOTIFICATIONS, {"message": None}, "not_nullable"),
    (NOTIFICATIONS, {"user_id": "ada"}, "column_in_schema"),
    (NOTIFICATIONS, {"metric": "x", "message": "x 1 is below 2 in the week of 2026-03-01"}, "isin"),
    (NOTIFICATIONS, {"audience": ["admin", "student"]}, "audience_is_admin_and_employer"),
    *(
        (NOTIFICATIONS, {"message": message}, "message_tells_metric_value_bound_and_week")
        for message in (
            "tasks_late 0.8 is below 0.9 in the week of 2026-03-01",
            "attendance_rate 0.8 is below 0.9 in the week of 2026-03-08",
            "attendance_rate 0.80 is below 0.9 in the week of 2026-03-01",
            "attendance_rate 8e-1 is below 0.9 in the week of 2026-03-01",
            "attendance_rate 0.8 is low in the week of 2026-03-01",
            "attendance_rate 0.8 is below 0.9",
            " 0.8 is below 0.9 in the week of 2026-03-01",
        )
    ),
    (INDICATORS, {"user_id": None}, "not_nullable"),
    (INDICATORS, {"min_value": 0.9}, "column_in_schema"),
    (INDICATORS, {"attendance_band": "at_risk"}, "isin"),
    (INDICATORS, {"tasks_completed": -1}, "greater_than_or_equal_to"),
    (INDICATORS, {"weeks_elapsed": 10}, "elapsed_weeks_are_weeks_of_the_internship"),
    (INDICATORS, {"kpi_as_of": None}, "indicators_are_lagged"),
    (INDICATORS, {"weeks_elapsed": 0}, "indicators_are_lagged"),
    (INDICATORS, BEGUN_TODAY | {"attendance_band": "low"}, "indicators_are_lagged"),
    (INDICATORS, {"kpi_as_of": date(2026, 3, 15)}, "indicators_are_lagged"),
]  # fmt: skip


@pytest.mark.parametrize("table", MODELS)
def test_a_good_row_passes(table: str) -> None:
    assert failed_checks(MODELS[table], GOOD[table]) == set()


@pytest.mark.parametrize(("table", "change"), ALSO_GOOD)
def test_a_row_at_the_edge_passes(table: str, change: dict[str, Any]) -> None:
    assert failed_checks(MODELS[table], GOOD[table] | change) == set()


@pytest.mark.requirement("R000-35", "R000-41", "R000-53", "G000-03", "G000-19")
@pytest.mark.parametrize(("table", "change", "check"), BROKEN)
def test_a_broken_row_turns_its_check_red(table: str, change: dict[str, Any], check: str) -> None:
    assert failed_checks(MODELS[table], GOOD[table] | change) == {check}


@pytest.mark.parametrize("column", ["expected_days", "attended_days", "tasks_completed"])
def test_a_negative_count_turns_red(column: str) -> None:
    # These break a relation to their neighbours too.
    failed = failed_checks(MODELS[AGGREGATES], GOOD[AGGREGATES] | {column: -1})
    assert "greater_than_or_equal_to" in failed


def test_a_rate_above_one_turns_red() -> None:
    broken = GOOD[AGGREGATES] | {"attendance_rate": 1.5}
    assert "less_than_or_equal_to" in failed_checks(MODELS[AGGREGATES], broken)


@pytest.mark.parametrize("table", MODELS)
def test_every_check_is_broken_above(table: str) -> None:
    broken = {check for model, _, check in BROKEN if model == table} | {"less_than_or_equal_to"}
    assert checks_of(MODELS[table]) <= broken
