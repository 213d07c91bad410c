"""Every check of a row of a mart of skills goes red on a row that breaks it, and names itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from assets_tests.dbt.checking import checks_of, failed_checks
from pipelines.checks.skills import MODELS

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
EARLIER = NOON - timedelta(days=1)
KEY = {"user_id": "ann", "skill_id": "sql"}
NAMED = {"skill_name": "SQL", "category": None}
COUNTED = {"signals": 2, "total_weight": Decimal(2)}
SOURCE = {"source_type": "update", "source_id": "u1", "signal_type": "update", "created_at": NOON}

# A row of each mart that is as it should be; each case below breaks it.
GOOD: dict[str, dict[str, Any]] = {
    "skills.user_skill_signals": {"signal_id": "5f", **KEY, **SOURCE, "weight": Decimal(1)},
    "skills.skill_distribution": {
        **KEY,
        **NAMED,
        **COUNTED,
        "first_signal_at": EARLIER,
        "last_signal_at": NOON,
    },
    "skills.skill_distribution_by_organization": {
        "organization_id": "harbor",
        "skill_id": "sql",
        **NAMED,
        **COUNTED,
        "users": 2,
    },
    "skills.skill_momentum": {
        **KEY,
        **COUNTED,
        "cumulative_signals": 2,
        "week_start": date(2026, 3, 1),
    },
    "skills.skill_activity": {
        "user_id": "ann",
        "direction": "down",
        "recent": [{"signal_id": "5f", "skill_id": "sql", **SOURCE}],
        "signals_last_7_days": 0,
        "signals_previous_7_days": 1,
        "last_signal_at": NOON,
    },
    "skills.mentorship_summary": {
        "intern_id": "dee",
        "sessions": 2,
        "mentors": 2,
        "sessions_with_project": 0,
        "last_session_at": NOON,
    },
}

COUNTS: list[tuple[str, dict[str, Any]]] = [
    ("greater_than", {"total_weight": Decimal(0)}),
    ("greater_than_or_equal_to", {"signals": 0}),
]
CASES: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "skills.user_skill_signals": [
        ("isin", {"source_type": "mentorship"}),
        ("isin", {"signal_type": "endorsed"}),
        ("greater_than", {"weight": Decimal(0)}),
        ("type_is_one_of_its_source", {"signal_type": "joined"}),
        ("type_is_one_of_its_source", {"source_type": "project"}),
    ],
    "skills.skill_distribution": [
        *COUNTS,
        ("first_is_not_after_last", {"last_signal_at": EARLIER - timedelta(microseconds=1)}),
    ],
    "skills.skill_distribution_by_organization": [
        ("greater_than", {"total_weight": Decimal(0)}),
        ("greater_than_or_equal_to", {"users": 0}),
        ("every_user_has_a_signal", {"users": 3}),
    ],
    "skills.skill_momentum": [
        *COUNTS,
        ("starts_on_sunday", {"week_start": date(2026, 3, 2)}),
        ("week_is_part_of_the_whole", {"cumulative_signals": 1}),
    ],
    "skills.skill_activity": [
        ("isin", {"direction": "sideways"}),
        ("direction_compares_the_weeks", {"direction": "up"}),
        ("direction_compares_the_weeks", {"direction": "flat"}),
        ("direction_compares_the_weeks", {"signals_last_7_days": 1}),
        ("direction_compares_the_weeks", {"signals_last_7_days": 2}),
        ("greater_than_or_equal_to", {"signals_last_7_days": -1}),
        ("greater_than_or_equal_to", {"signals_previous_7_days": -1}),
        ("recent_are_1_to_20", {"recent": []}),
        ("recent_are_1_to_20", {"recent": [{"signal_id": "5f", "skill_id": "sql", **SOURCE}] * 21}),
        ("recent_begin_with_the_last", {"last_signal_at": EARLIER}),
    ],
    "skills.mentorship_summary": [
        ("greater_than_or_equal_to", {"mentors": 0}),
        ("greater_than_or_equal_to", {"sessions_with_project": -1}),
        ("parts_are_not_more_than_all_sessions", {"mentors": 3}),
        ("parts_are_not_more_than_all_sessions", {"sessions_with_project": 3}),
    ],
}


@pytest.mark.parametrize("table", MODELS)
def test_a_good_row_passes(table: str) -> None:
    assert failed_checks(MODELS[table], GOOD[table]) == set()


@pytest.mark.requirement("R002-17", "R002-19", "R002-40", "R002-72", "R002-88", "G002-10")
@pytest.mark.parametrize(
    ("table", "check", "broken"),
    [(table, check, broken) for table, cases in CASES.items() for check, broken in cases],
)
def test_a_broken_row_turns_its_check_red(table: str, check: str, broken: dict[str, Any]) -> None:
    assert check in failed_checks(MODELS[table], GOOD[table] | broken)


@pytest.mark.parametrize("table", MODELS)
def test_every_check_has_a_row_that_breaks_it(table: str) -> None:
    assert {check for check, _ in CASES[table]} == checks_of(MODELS[table])


@pytest.mark.requirement("R002-79", "R002-80", "R002-81")
@pytest.mark.parametrize("table", MODELS)
def test_a_stray_column_is_red(table: str) -> None:
    assert failed_checks(MODELS[table], GOOD[table] | {"self_rating": None}) == {"column_in_schema"}


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (table, name)
        for table in MODELS
        for name, column in MODELS[table].to_schema().columns.items()
        if not column.nullable
    ],
)
def test_a_missing_value_is_red(table: str, column: str) -> None:
    assert "not_nullable" in failed_checks(MODELS[table], GOOD[table] | {column: None})
