"""Every check of a row of proposals, certifications and registration goes red on a row that breaks it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from assets_tests.dbt.checking import checks_of, failed_checks
from pipelines.checks import records_decisions_rows, records_registration_rows

MODELS = records_decisions_rows.MODELS | records_registration_rows.MODELS
AT_LEAST, AT_MOST, AMONG = (
    "greater_than_or_equal_to",
    "less_than_or_equal_to",
    "isin",
)
MARCH = datetime(2026, 3, 1, tzinfo=UTC)
HALF_AND_TALK = {
    "lecture_id": "l",
    "user_id": "ann",
    "rule_id": "r",
    "min_percentage": Decimal(50),
    "min_points_absolute": None,
    "proposed_status": "passed",
    "current_points": Decimal("50.5"),
    "required_points": Decimal(50),
    "current_achievement_ids": ["10", "9"],
    "required_achievement_ids": ["9"],
    "meets_points": True,
    "meets_achievements": True,
    "deferral_reasons": [],
}
FAILED = {"proposed_status": "failed", "meets_achievements": False, "current_achievement_ids": []}
ABSOLUTE = {"min_percentage": None, "min_points_absolute": Decimal("45.5")}
WAITS = {
    "proposed_status": "failed",
    "meets_points": False,
    "required_points": Decimal(60),
    "deferral_reasons": ["points_pending"],
}
CERTIFIED = {
    "lecture_id": "l",
    "user_id": "ann",
    "status": "passed",
    "source": "computed",
    "certified_by": "prof",
    "certified_at": MARCH,
    "rule_id": "r",
    "rule_snapshot": '{"rule_id":"r","min_percentage":50}',
    "note": None,
}
PENDING = {"status": "pending", "certified_by": None}
WITHOUT_RULE = {"rule_id": None, "rule_snapshot": None}
BESIDE = {"is_stale": False, "proposed_status": "passed", "conflicts": False}
OPENED = {
    "registration_event_id": "e",
    "campaign_id": "c",
    "phase": "registration",
    "event_type": "opened",
    "outcome": "blocked",
    "missing": 1,
    "pending": 1,
    "unresolved_user_ids": ["ann", "ben"],
    "message": "resolve 2 certifications",
}
SAVED = {
    "event_type": "saved",
    "outcome": "warning",
    "unresolved_user_ids": ["ann"],
    "message": None,
}
IN_ORDER = {
    "phase": "finalization",
    "event_type": "finalized",
    "outcome": "ok",
    "missing": 0,
    "pending": 0,
    "unresolved_user_ids": [],
    "message": None,
}
MISCONFIGURED = {"missing": 0, "pending": 0, "unresolved_user_ids": [], "message": None}
REFUSED = {
    "registration_event_id": "e",
    "campaign_id": "c",
    "user_id": "ann",
    "allowed": False,
    "failed_policy_id": "p",
    "code": "certification_not_passed",
    "message": "Lecture performance certification not passed",
    "certification_status": "failed",
    "policies_evaluated": 1,
}
LATE = {"code": "deadline_passed", "message": None, "certification_status": "passed"}
ALLOWED = {
    "allowed": True,
    "failed_policy_id": None,
    "code": "certification_passed",
    "message": None,
    "certification_status": "passed",
}
ON_ROSTER = {
    "campaign_id": "c",
    "user_id": "ann",
    "status": "on_roster",
    "reason": None,
    "finalized_at": MARCH,
}

# Rows that are as they should be: the first, and what differs in the others; each case below breaks the first.
GOOD: dict[str, list[dict[str, Any]]] = {
    "records.certification_proposals": [
        HALF_AND_TALK,
        FAILED,
        FAILED | {"deferral_reasons": ["achievements_ungraded"]},
        ABSOLUTE | {"required_points": Decimal("45.5")},
        {"min_percentage": None, "required_points": None},
        WAITS,
        {"required_achievement_ids": []},
    ],
    "records.certifications": [
        CERTIFIED | BESIDE,
        PENDING | {"proposed_status": "failed"},
        WITHOUT_RULE | {"proposed_status": None},
        {"status": "failed", "conflicts": True, "is_stale": True, "source": "manual"},
    ],
    "records.certification_history": [
        CERTIFIED | {"certification_id": "c"},
        PENDING | WITHOUT_RULE,
    ],
    "records.registration_preflight": [OPENED, SAVED, IN_ORDER, MISCONFIGURED],
    "records.registration_decisions": [
        REFUSED,
        LATE,
        LATE | {"certification_status": None},
        ALLOWED,
        ALLOWED | {"code": None, "certification_status": None, "policies_evaluated": 0},
    ],
    "records.exam_rosters": [
        ON_ROSTER,
        {"status": "rejected", "reason": "certification_not_passed"},
    ],
}
DECISION_CASES: list[tuple[str, dict[str, Any]]] = [
    (AMONG, {"status": "deferred"}),
    (AMONG, {"source": "guessed"}),
    ("somebody_decided", {"certified_by": None}),
    ("snapshot_is_of_the_rule", {"rule_snapshot": None}),
    ("snapshot_is_of_the_rule", {"rule_id": "another"}),
    ("snapshot_is_of_the_rule", {"rule_id": None}),
]
CASES: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "records.certification_proposals": [
        (AT_LEAST, {"min_percentage": Decimal(-1)}),
        (AT_MOST, {"min_percentage": Decimal("100.0001")}),
        (AT_LEAST, ABSOLUTE | {"min_points_absolute": Decimal(-1)}),
        (AMONG, {"proposed_status": "pending"}),
        (AT_LEAST, {"current_points": Decimal(-1)}),
        (AT_LEAST, {"required_points": Decimal(-1)}),
        ("rule_asks_for_something", {"min_points_absolute": Decimal(50)}),
        ("rule_asks_for_something", {"min_percentage": None, "required_achievement_ids": []}),
        ("required_points_are_the_thresholds", {"required_points": Decimal("49.5")}),
        ("required_points_are_the_thresholds", {"required_points": None}),
        ("required_points_are_the_thresholds", ABSOLUTE | {"required_points": Decimal(46)}),
        ("required_points_are_the_thresholds", {"min_percentage": None}),
        ("points_are_met_when_they_suffice", {"required_points": Decimal(51)}),
        ("points_are_met_when_they_suffice", {"meets_points": False}),
        ("achievements_are_met_when_all_are", {"current_achievement_ids": ["10"]}),
        ("achievements_are_met_when_all_are", {"meets_achievements": False}),
        ("passed_is_both", {"proposed_status": "failed"}),
        ("passed_is_both", {"meets_points": False}),
        ("lists_are_sorted", {"current_achievement_ids": ["9", "10"]}),
        ("lists_are_sorted", {"required_achievement_ids": ["9", "9"]}),
        (
            "lists_are_sorted",
            WAITS | {"deferral_reasons": ["points_pending", "points_not_measurable"]},
        ),
        ("reasons_are_of_what_is_open", {"deferral_reasons": ["points_pending"]}),
        ("reasons_are_of_what_is_open", {"deferral_reasons": ["achievements_ungraded"]}),
        ("reasons_are_of_what_is_open", {"deferral_reasons": ["no_coffee"]}),
    ],
    "records.certifications": [
        *DECISION_CASES,
        (AMONG, {"proposed_status": "pending"}),
        ("stale_by_a_rule", WITHOUT_RULE | {"is_stale": True}),
        ("conflicts_are_decisions_that_differ", {"conflicts": True}),
        ("conflicts_are_decisions_that_differ", {"proposed_status": "failed"}),
        ("conflicts_are_decisions_that_differ", PENDING | {"conflicts": True}),
    ],
    "records.certification_history": DECISION_CASES,
    "records.registration_preflight": [
        (AMONG, {"phase": "both"}),
        (AMONG, {"event_type": "registered"}),
        (AMONG, {"outcome": "refused"}),
        (AT_LEAST, {"missing": -1}),
        (AT_LEAST, {"pending": -1}),
        ("phase_is_the_events", {"phase": "finalization"}),
        ("phase_is_the_events", IN_ORDER | {"phase": "registration"}),
        ("saving_warns_and_the_others_block", {"outcome": "warning"}),
        ("saving_warns_and_the_others_block", SAVED | {"outcome": "blocked"}),
        ("users_are_counted", {"missing": 2}),
        ("users_are_counted", {"unresolved_user_ids": ["ben", "ann"]}),
        ("users_are_counted", SAVED | {"unresolved_user_ids": ["ann", "ben"]}),
        ("unresolved_users_are_not_in_order", {"outcome": "ok"}),
        ("message_counts_who_blocks", {"message": "resolve 1 certifications"}),
        ("message_counts_who_blocks", {"message": None}),
        ("message_counts_who_blocks", MISCONFIGURED | {"message": "resolve 0 certifications"}),
    ],
    "records.registration_decisions": [
        (AMONG, {"code": "certification_doubtful"}),
        (AMONG, {"certification_status": "unknown"}),
        (AT_LEAST, {"policies_evaluated": -1}),
        ("refused_by_a_policy", {"allowed": True}),
        ("refused_by_a_policy", {"failed_policy_id": None}),
        ("refused_by_a_policy", {"policies_evaluated": 0}),
        ("refused_by_a_policy", ALLOWED | {"failed_policy_id": "p"}),
        ("status_fits_the_code", {"certification_status": "passed"}),
        ("status_fits_the_code", {"certification_status": None}),
        ("status_fits_the_code", LATE | {"certification_status": "pending"}),
        ("status_fits_the_code", ALLOWED | {"certification_status": "missing"}),
        ("status_fits_the_code", ALLOWED | {"code": None}),
        ("message_is_the_documents", {"message": "Not passed"}),
        ("message_is_the_documents", LATE | {"message": "Too late"}),
    ],
    "records.exam_rosters": [
        (AMONG, {"status": "waiting"}),
        (AMONG, {"status": "rejected", "reason": "deadline_passed"}),
        ("rejected_for_a_reason", {"reason": "certification_not_passed"}),
        ("rejected_for_a_reason", {"status": "rejected"}),
    ],
}


@pytest.mark.parametrize("model", MODELS)
def test_good_rows_pass(model: str) -> None:
    first, *others = GOOD[model]
    assert failed_checks(MODELS[model], first, *(first | other for other in others)) == set()


@pytest.mark.requirement(
    *("R004-59", "R004-93", "R004-100", "R004-101", "R004-107", "R004-108", "R004-117", "R004-118"),
    *("R004-131", "R004-138", "R004-139", "G004-10", "G004-11", "G004-28"),
)
@pytest.mark.parametrize(
    ("model", "check", "broken"),
    [(model, check, broken) for model, cases in CASES.items() for check, broken in cases],
)
def test_a_broken_row_turns_its_check_red(model: str, check: str, broken: dict[str, Any]) -> None:
    assert check in failed_checks(MODELS[model], GOOD[model][0] | broken)


@pytest.mark.parametrize("model", MODELS)
def test_every_check_has_a_row_that_breaks_it(model: str) -> None:
    assert {check for check, _ in CASES[model]} == checks_of(MODELS[model])


@pytest.mark.parametrize("model", MODELS)
def test_a_stray_column_is_red(model: str) -> None:
    assert "column_in_schema" in failed_checks(MODELS[model], GOOD[model][0] | {"stray": 1})


@pytest.mark.parametrize(
    ("model", "column"),
    [
        (model, name)
        for model in MODELS
        for name, column in MODELS[model].to_schema().columns.items()
        if not column.nullable
    ],
)
def test_a_missing_value_is_red(model: str, column: str) -> None:
    assert "not_nullable" in failed_checks(MODELS[model], GOOD[model][0] | {column: None})
