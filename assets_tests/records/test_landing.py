"""What may land about achievements, rules, certifications and policies, and what is kept back for which reason."""

from __future__ import annotations

import json
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest

from assets_tests.ingest.data_root import DataRoot

ACHIEVEMENT = {"achievement_id": "1", "lecture_id": "l", "title": "Talk", "value_type": "boolean"}
NUMERIC, PERCENTAGE = {"value_type": "numeric"}, {"value_type": "percentage"}
RULE = {"rule_id": "1", "lecture_id": "l"}
REQUIREMENT = {"rule_id": "1", "achievement_id": "1", "position": 1}
CERTIFICATION = {
    "certification_id": "1",
    "lecture_id": "l",
    "user_id": "ann",
    "status": "passed",
    "certified_by": "prof",
    "occurred_at": "2026-03-01T10:00:00Z",
}
POLICY = {
    "policy_id": "1",
    "campaign_id": "c",
    "kind": "student_performance",
    "phase": "both",
    "position": 1,
    "config": {"lecture_id": 42},
}
EVENT = {
    "registration_event_id": "1",
    "campaign_id": "c",
    "event_type": "registered",
    "user_id": "ann",
    "occurred_at": "2026-03-01T10:00:00Z",
}

# Per case the contract, a sound row, what differs, and the reasons for which it is kept back (none: it is taken).
CASES: list[tuple[str, dict[str, Any], dict[str, Any], set[str]]] = [
    ("achievements", ACHIEVEMENT, {}, set()),
    ("achievements", ACHIEVEMENT, {"title": None}, {"missing:title"}),
    ("achievements", ACHIEVEMENT, {"lecture_id": None}, {"missing:lecture_id"}),
    ("achievements", ACHIEVEMENT, {"value_type": "stars"}, {"enum:value_type"}),
    ("achievements", ACHIEVEMENT, {"threshold": 1}, {"range:threshold"}),
    ("achievements", ACHIEVEMENT, NUMERIC | {"threshold": 12, "description": "Twelve"}, set()),
    ("achievements", ACHIEVEMENT, NUMERIC, {"missing:threshold"}),
    ("achievements", ACHIEVEMENT, NUMERIC | {"threshold": 0}, {"range:threshold"}),
    ("achievements", ACHIEVEMENT, PERCENTAGE | {"threshold": 0}, set()),
    ("achievements", ACHIEVEMENT, PERCENTAGE | {"threshold": 100.0001}, {"range:threshold"}),
    ("rules", RULE, {"min_percentage": 100}, set()),
    ("rules", RULE, {"min_percentage": 0, "active": True}, set()),
    ("rules", RULE, {"min_percentage": 100.0001}, {"range:min_percentage"}),
    ("rules", RULE, {"min_percentage": -1}, {"range:min_percentage"}),
    ("rules", RULE, {"min_points_absolute": -0.0001}, {"range:min_points_absolute"}),
    ("rules", RULE, {"lecture_id": None}, {"missing:lecture_id"}),
    (
        "rules",
        RULE,
        {"min_percentage": 50, "min_points_absolute": 10},
        {"range:min_points_absolute"},
    ),
    ("rule_achievements", REQUIREMENT, {}, set()),
    ("rule_achievements", REQUIREMENT, {"position": None}, {"missing:position"}),
    ("certifications", CERTIFICATION, {}, set()),
    ("certifications", CERTIFICATION, {"status": "pending", "certified_by": None}, set()),
    ("certifications", CERTIFICATION, {"certified_by": None}, {"missing:certified_by"}),
    ("certifications", CERTIFICATION, {"occurred_at": None}, {"missing:occurred_at"}),
    ("certifications", CERTIFICATION, {"status": "deferred"}, {"enum:status"}),
    ("certifications", CERTIFICATION, {"source": "guessed"}, {"enum:source"}),
    # Any kind may land: what nobody knows is refused when somebody registers.
    ("registration_policies", POLICY, {"kind": "custom_script", "config": None}, set()),
    ("registration_policies", POLICY, {"phase": "sometimes"}, {"enum:phase"}),
    ("registration_policies", POLICY, {"config": "[42]"}, {"type:config"}),
    ("registration_events", EVENT, {}, set()),
    ("registration_events", EVENT, {"user_id": None}, {"missing:user_id"}),
    ("registration_events", EVENT, {"event_type": "saved", "user_id": None}, set()),
]


@pytest.mark.requirement(
    *("R004-34", "R004-35", "R004-36", "R004-37", "R004-38", "R004-49", "R004-50", "R004-51"),
    *("R004-57", "R004-58", "R004-59", "R004-66", "R004-68", "R004-100", "R004-101", "R004-107"),
    *("R004-108", "R004-118", "R004-119", "G004-18"),
)
def test_what_breaks_a_rule_is_kept_back_for_that_reason(tmp_path: Path) -> None:
    """Each case is a line with a key of its own, in the file of its contract."""
    root = DataRoot(tmp_path)
    expected: dict[str, dict[int, set[str]]] = {}
    for contract, cases in groupby(CASES, key=itemgetter(0)):
        text = ""
        expected[contract] = {}
        for line, (_, row, changed, reasons) in enumerate(cases, 1):
            text += json.dumps(row | changed | {next(iter(row)): line}) + "\n"
            expected[contract] |= {line: reasons} if reasons else {}
        root.drop(f"{contract}/rows.jsonl", text)
    root.ingest()
    assert {
        contract: {row.line: {*row.reasons} for row in root.quarantined(contract)}
        for contract in expected
    } == expected
