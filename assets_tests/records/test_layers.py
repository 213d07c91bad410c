"""Facts, interpretation, decision and gate: who reads whom, at any depth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assets_tests.dbt.lineage import ancestors

pytestmark = pytest.mark.slow

FACTS = {
    *("performance_records", "achievement_progress", "int_assignment_points"),
    *("int_achievement_results", "raw.participations", "raw.achievement_grades", "raw.assessments"),
}
INTERPRETATION = {"certification_proposals", "int_active_rules"}
DECISIONS = {"certifications", "certification_history", "raw.certifications"}
GATES = ("registration_preflight", "registration_decisions", "exam_rosters")


@pytest.fixture(scope="module")
def manifest(algebra: Path) -> dict[str, Any]:
    """The project as dbt parsed it for the tests of this package."""
    parsed: dict[str, Any] = json.loads((algebra.parent / "target" / "manifest.json").read_text())
    return parsed


@pytest.mark.requirement(
    "R004-13", "R004-15", "R004-98", "R004-121", "R004-123", "R004-140", "G004-01"
)
@pytest.mark.parametrize("gate", GATES)
def test_a_gate_reads_no_record_no_rule_and_no_proposal(
    gate: str, manifest: dict[str, Any]
) -> None:
    read = ancestors(manifest, gate)
    assert "raw.certifications" in read
    assert read & (FACTS | INTERPRETATION | {"student_standing", "certifications"}) == set()
    assert {"raw.rules", "raw.rule_achievements"} & read == set()


@pytest.mark.requirement("R004-08", "R004-18", "R004-27", "R004-79")
@pytest.mark.parametrize("fact", ["performance_records", "achievement_progress"])
def test_facts_interpret_and_decide_nothing(fact: str, manifest: dict[str, Any]) -> None:
    assert ancestors(manifest, fact) & (INTERPRETATION | DECISIONS | {*GATES}) == set()


@pytest.mark.requirement("R004-16", "R004-46")
def test_points_know_no_achievement(manifest: dict[str, Any]) -> None:
    read = ancestors(manifest, "int_assignment_points")
    assert read & {"raw.achievements", "raw.achievement_grades"} == set()


@pytest.mark.requirement("R004-95", "R004-115")
def test_proposals_know_no_decision(manifest: dict[str, Any]) -> None:
    read = ancestors(manifest, "certification_proposals")
    assert {"performance_records", "int_active_rules"} <= read
    assert read & (DECISIONS | {*GATES}) == set()


@pytest.mark.requirement("R004-18", "R004-115")
def test_the_history_of_decisions_knows_no_proposal(manifest: dict[str, Any]) -> None:
    read = ancestors(manifest, "certification_history")
    assert read & (FACTS | INTERPRETATION | {*GATES}) == set()


def test_lineage_goes_to_the_ground(manifest: dict[str, Any]) -> None:
    read = ancestors(manifest, "certifications")
    assert {"certification_proposals", "stg_rules", "raw.rules", "ops.run"} <= read
