"""The random worlds reach every case: a property over a world in which nothing happens would mean nothing."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from assets_tests.records.decisions_oracle import Decisions
from assets_tests.records.oracle import World
from assets_tests.records.registration_oracle import Registration
from assets_tests.records.registration_world import LECTURES, SEED, random_world
from assets_tests.records.world import MOMENTS


@pytest.fixture(scope="module")
def world() -> World:
    return random_world(SEED, LECTURES)


def test_the_world_holds_every_kind_of_record(world: World) -> None:
    judgement = Decisions(world, MOMENTS[-1], 2)
    records = judgement.performance_records()
    progress = judgement.achievement_progress()
    assert len(records) > 2 * LECTURES // 3
    assert any(record["points_max_materialized"] == 0 for record in records)
    assert any((record["percentage_materialized"] or 0) > 100 for record in records)
    assert any(record["points_max_pending"] for record in records)
    assert any(len(record["achievements_met_ids"]) > 1 for record in records)
    assert any(is_still_required for _, is_still_required in judgement.achievements())
    assert {(row["value_type"], row["met"]) for row in progress} == {
        (value_type, met)
        for value_type in ("boolean", "numeric", "percentage")
        for met in (True, False)
    }
    assert {row["certification_status"] for row in judgement.student_standing()} == {
        *("pending", "passed", "failed"),
        None,
    }
    ties = Counter(
        (row["assessment_id"], row["user_id"], row["occurred_at"])
        for row in world["participations"]
    )
    assert max(ties.values()) > 1


def test_the_world_holds_every_kind_of_proposal_and_certification(world: World) -> None:
    judgement = Decisions(world, MOMENTS[-1], 2)
    proposals = judgement.certification_proposals()
    reasons = Counter(tuple(row["deferral_reasons"]) for row in proposals)
    assert {
        (),
        ("achievements_ungraded",),
        ("points_not_measurable",),
        ("points_pending",),
        ("achievements_ungraded", "points_not_measurable"),
        ("achievements_ungraded", "points_pending"),
    } == {*reasons}
    assert {
        (row["meets_points"], row["meets_achievements"], bool(row["required_achievement_ids"]))
        for row in proposals
    } >= {(points, met, True) for points in (True, False) for met in (True, False)}
    lectures = [lecture_id for (lecture_id,) in judgement.in_force("lectures", "lecture_id")]
    rules = [judgement.active_rules(lecture_id) for lecture_id in lectures]
    assert {len(found) for found in rules} == {0, 1, 2}
    assert {judgement.has_criterion(rule) for found in rules for rule in found} == {True, False}
    certifications = judgement.certifications()
    members = set(judgement.members())
    for case in (
        {(row["source"], row["conflicts"]) for row in certifications},
        {(row["rule_id"] is None, row["is_stale"]) for row in certifications} | {(True, True)},
        {
            ((row["lecture_id"], row["user_id"]) in members, row["proposed_status"] is None)
            for row in certifications
        }
        | {(False, False)},
    ):
        assert len(case) == 4, case


def test_the_world_holds_every_kind_of_registration(world: World) -> None:
    registration = Registration(Decisions(world, MOMENTS[-1] + timedelta(days=30), 2))
    decisions = registration.registration_decisions()
    assert {(row["code"], row["certification_status"]) for row in decisions} >= {
        (None, None),
        ("certification_passed", "passed"),
        *(("certification_not_passed", status) for status in ("missing", "pending", "failed")),
        *(
            (code, status)
            for code in (
                *("deadline_passed", "institutional_email_mismatch", "configuration_error"),
                *("course_prerequisite_not_met", "unknown_kind"),
            )
            for status in (None, "passed")
        ),
    }
    assert {row["policies_evaluated"] for row in decisions} >= {0, 1, 2, 3}
    preflights = Counter(
        (row["event_type"], row["outcome"], row["message"] is None, row["pending"] > 0)
        for row in registration.registration_preflight()
    )
    assert preflights.keys() >= {
        *(
            ("saved", outcome, True, is_pending)
            for outcome in ("ok", "warning")
            for is_pending in (True, False)
        ),
        *((type_, "ok", True, False) for type_ in ("opened", "finalized")),
        *((type_, "blocked", True, False) for type_ in ("opened", "finalized")),
        *(
            (type_, "blocked", False, is_pending)
            for type_ in ("opened", "finalized")
            for is_pending in (True, False)
        ),
    }
    rosters = registration.exam_rosters()
    assert {row["status"] for row in rosters} == {"on_roster", "rejected"}
    finalizations = Counter(event["campaign_id"] for event in registration.events("finalized"))
    assert max(finalizations.values()) > 2
