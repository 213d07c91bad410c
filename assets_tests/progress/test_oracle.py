"""The oracle on the documents' own examples and on cases computed by hand, lest it be wrong where the SQL is."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from assets_tests.progress.by_hand import attempt, day, event, given_to_ann, play, world
from assets_tests.progress.oracle import Judgement
from assets_tests.progress.oracle_assignments import pacing_status
from assets_tests.progress.oracle_known import Row, World, duration, rounded
from assets_tests.progress.oracle_steps import consistency, mastery_level


def only(rows: list[Row], **named: Any) -> Row:
    """The one row with these values."""
    (found,) = [row for row in rows if named.items() <= row.items()]
    return found


def step(judged: World, as_of: datetime, step_id: str = "1") -> Row:
    return only(Judgement(judged, as_of, 1).step_progress(), step_id=step_id)


def risk_factors(judged: World, as_of: datetime) -> list[str]:
    return only(Judgement(judged, as_of, 1).student_progress_summary(), student_id="ann")[
        "risk_factors"
    ]


def decimals(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def test_numbers_are_rounded_once_half_up_at_nine_decimals() -> None:
    assert rounded(Fraction(2, 3)) == 0.666666667
    assert rounded(Fraction(5, 10**10)) == 1e-09
    assert rounded(Fraction(-5, 10**10)) == -1e-09
    assert rounded(None) is None
    # A third of a nanoday is rounded away; 1e-9 days are 86.4 microseconds.
    assert duration(0.00000000057) == timedelta(microseconds=86)
    assert duration(1.5) == timedelta(hours=36)


@pytest.mark.parametrize(
    ("target", "scores", "level"),
    [
        ("80", [], "not_started"),
        # 0.7 x 80 = 56, 0.7 x 90 = 63
        ("80", ["55.9999"], "learning"),
        ("80", ["56"], "proficient"),
        ("90", ["62.9999"], "learning"),
        ("90", ["63"], "proficient"),
        ("80", ["79.9999", "79"], "proficient"),
        ("80", ["80"], "proficient"),
        # mean 90, population deviation 10: 0.111; the sample's 14.14 / 90 = 0.157 would say proficient
        ("80", ["80", "100"], "mastered"),
        # (57.5 - 42.5) / (57.5 + 42.5) = 0.15, not below it; a hair closer is
        ("50", ["42.5", "57.5"], "proficient"),
        ("50", ["42.5001", "57.5"], "mastered"),
        ("0", ["0", "0"], "proficient"),
        (None, ["1"], "proficient"),
        (None, ["1", "1"], "mastered"),
    ],
)
def test_mastery(target: str | None, scores: list[str], level: str) -> None:
    exact = Decimal(target) if target else None
    assert mastery_level(decimals(*scores), exact) == level


def test_consistency() -> None:
    assert consistency(decimals("80", "100")) == Decimal("0.111111111")
    assert consistency(decimals("35", "65")) == Decimal("0.3")
    # mean 2, variance ((1 - 2)^2 + 0 + (3 - 2)^2) / 3 = 2/3, root 0.81649658..., / 2
    assert consistency(decimals("1", "2", "3")) == Decimal("0.408248290")
    assert consistency(decimals("80")) is None
    assert consistency(decimals("0", "0")) is None


@pytest.mark.parametrize(
    ("difference", "status"),
    [
        (20, "ahead"),
        (19.99, "on_track"),
        (-10, "on_track"),
        (-10.01, "behind"),
        (-30, "behind"),
        (-30.01, "at_risk"),
    ],
)
def test_pacing_bands(difference: float, status: str) -> None:
    assert pacing_status(Fraction(50) + Fraction(str(difference)), Fraction(50)) == status
    assert pacing_status(Fraction(0), None) == "on_track"


def test_an_assignment_over_its_steps() -> None:
    judged = given_to_ann(
        {"stage": "quiz", "target_score": "80"},
        {"stage": "learn", "target_score": "60"},
        {"stage": "play", "target_score": "50"},
        {"stage": "challenge", "is_required": False},
        {"stage": None},
        assignment={"estimated_duration_days": 20.0},
        events=[
            attempt("1", "70", day(1), time_on_task_ms=1000),
            attempt("1", "90", day(2), time_on_task_ms=500),
            attempt("2", "60", day(3)),
        ],
    )
    found = only(Judgement(judged, day(10), 1).assignment_progress())
    assert found["status"] == "in_progress"
    # two of four required steps are complete; half of 20 days has gone
    assert (found["completion_percentage"], found["expected_percentage"]) == (50, 50)
    assert (found["pacing_status"], found["colour"]) == ("on_track", "yellow")
    counts = (
        "steps_total",
        "steps_required",
        "steps_completed",
        "steps_in_progress",
        "steps_locked",
    )
    # the challenge and the step without a stage wait behind the play
    assert [found[name] for name in counts] == [5, 4, 2, 0, 2]
    # (2 x 90 + 0.5 x 60 + 1 x 0) / 3.5; the challenge has no score, the last one no stage
    assert found["mastery_score"] == 60
    assert found["average_score"] == 75
    # the first attempt on the quiz failed, that on the learn step passed
    assert found["pass_rate"] == 50
    assert found["next_step_id"] == "3"
    # two steps in four weeks; two remain: 11 March + ceil(7 x 2 / 0.5) = 28 days
    assert found["steps_per_week"] == 0.5
    assert found["estimated_completion_date"] == date(2026, 4, 8)
    assert found["time_on_task_ms"] == 1500
    assert found["started_at"] == day(1)


@pytest.mark.requirement("R003-152", "R003-153", "R003-154", "R003-155")
def test_risk_factors_are_spelled_as_in_the_document() -> None:
    # 4 of 10 days without anything done: 40 points behind, and idle for no more than 7 days
    paced = given_to_ann({"target_score": "80"}, assignment={"estimated_duration_days": 10.0})
    assert risk_factors(paced, day(4)) == ["behind_pace_40_percent"]
    assert risk_factors(paced, day(3)) == []
    # just after three tenths: more than 30, rounded to 30
    assert risk_factors(paced, day(3) + timedelta(microseconds=1)) == ["behind_pace_30_percent"]

    # (50 + 55) / 2 = 52.5, rounded down
    weak = given_to_ann(
        {"target_score": "50"},
        {"target_score": "50"},
        events=[attempt("1", "50", day(1)), attempt("2", "55", day(1))],
    )
    assert risk_factors(weak, day(2)) == ["low_mastery_avg_52"]

    idle = given_to_ann({"target_score": "50"}, events=[event("1", "started", day(1))])
    assert risk_factors(idle, day(10)) == ["inactive_9_days"]
    assert risk_factors(idle, day(9) - timedelta(microseconds=1)) == []

    stuck = given_to_ann(
        {"target_score": "50"},
        events=[attempt("1", "20", day(1 + number / 10)) for number in range(7)],
    )
    assert risk_factors(stuck, day(2)) == ["stuck_on_step_7_attempts"]

    # 35 and 65 twice: exactly 0.3, which is not more; the last score of all makes it more
    wild = given_to_ann(
        {"target_score": "90"},
        events=[attempt("1", score, day(1)) for score in ("35", "65", "35", "65")]
        + [attempt("1", "0", day(2))],
    )
    assert risk_factors(wild, day(1)) == []
    assert risk_factors(wild, day(2)) == ["high_score_variance"]


def test_an_optional_step_is_passed_by_and_a_required_one_locks() -> None:
    judged = given_to_ann(
        {"is_required": False, "target_score": "80"},
        {"target_score": "80"},
        {"target_score": "80"},
        events=[event("2", "started", day(1)), attempt("3", "10", day(2))],
    )
    found = step(judged, day(1))
    assert (found["state"], found["completed_at"], found["completion_source"]) == (
        "complete",
        day(1),
        None,
    )
    assert step(judged, day(1), "3")["state"] == "locked"
    assert step(judged, day(2), "3")["state"] == "in_progress"
    kinds = Judgement(judged, day(2), 1).progress_inconsistencies()
    assert [(row["kind"], row["scope_id"]) for row in kinds] == [("attempt_while_locked", "3")]


def test_a_free_play_waits_for_the_start_and_is_judged_once() -> None:
    judged = given_to_ann(
        {"stage": "play", "game_id": "g", "target_score": "80"},
        games=[{"game_id": "g"}],
        assignment={"created_at": day(5)},
        events=[event("1", "target_adjusted", day(9), target_score="60")],
        free_play_scores=[
            play("79.9999", day(1)),
            play("80", day(2), context="previous_assignment"),
            play("100", day(3)),
        ],
    )
    assert step(judged, day(4))["state"] == "available"
    found = step(judged, day(10))
    assert (found["completed_at"], found["completion_source"]) == (day(5), "free_play_reconciled")
    assert (found["original_score"], found["original_context"]) == (80, "previous_assignment")
    # one score makes no consistency, and no attempt
    assert (found["mastery_level"], found["attempt_count"]) == ("proficient", 0)

    # the same without the good plays: the target came down too late for the first
    judged["free_play_scores"] = judged["free_play_scores"][:1]
    assert step(judged, day(10))["state"] == "available"


def test_work_on_a_removed_step_counts_for_the_one_that_replaces_it() -> None:
    replaced = {"element_id": "e", "stage": "quiz", "target_score": "80"}
    judged = given_to_ann(
        replaced,
        events=[
            attempt("1", "85", day(1)),
            event("1", "target_adjusted", day(2), target_score="90"),
        ],
        steps=[
            {"step_id": "1", "effective_at": day(4), "is_deleted": True},
            replaced
            | {"step_id": "2", "assignment_id": "a", "position": 1, "effective_at": day(6)},
        ],
    )
    # complete by its own score at once; the later target takes nothing back
    assert step(judged, day(5))["completion_source"] == "fresh_attempt"
    assert step(judged, day(5))["is_removed"]
    # the removed one's adjustment counts as well: 85 < 90
    found = step(judged, day(6), "2")
    assert (found["state"], found["attempt_count"], found["started_at"]) == (
        "in_progress",
        1,
        day(1),
    )
    assert (found["target_score"], found["target_source"], found["passed"]) == (
        90,
        "teacher",
        False,
    )

    judged["step_events"].pop()
    found = step(judged, day(6), "2")
    assert (found["completed_at"], found["completion_source"]) == (day(6), "system_migration")


def test_a_step_that_nobody_finished_is_complete_by_its_removal() -> None:
    gone = {"step_id": "1", "effective_at": day(4), "is_deleted": True}
    judged = given_to_ann({"target_score": "80"}, {}, steps=[gone])
    found = step(judged, day(9))
    assert (found["is_removed"], found["completed_at"]) == (True, day(4))
    assert found["completion_source"] == "system_migration"
    summary = only(Judgement(judged, day(9), 1).assignment_progress())
    assert (summary["steps_total"], summary["completion_percentage"]) == (1, 0)
    assert Judgement(judged, day(9), 1).student_activity() == []


def test_sequences_and_concepts_pool_their_steps() -> None:
    judged = given_to_ann(
        {"stage": "quiz", "concept_id": "c", "target_score": "80"},
        {"stage": "play", "concept_id": "d", "target_score": "80"},
        {"stage": "review", "due_at": day(3), "target_score": "50", "is_remediation": True},
        {"stage": "review", "due_at": day(3), "target_score": "50"},
        {"stage": "review", "due_at": day(9), "target_score": "50"},
        sequences=[{"sequence_id": "s", "title": "S"}],
        assignment={"sequence_id": "s"},
        events=[
            *(attempt("1", "90", day(1)) for _ in range(2)),
            attempt("2", "40", day(1)),
            attempt("3", "50", day(3)),
            attempt("4", "50", day(4)),
        ],
    )
    found = only(Judgement(judged, day(9), 1).sequence_progress())
    assert found["concepts_mastered"] == ["c"]
    assert found["concepts_in_progress"] == ["d"]
    # one of two on time; the third is due this very moment, not past due
    assert found["review_compliance_rate"] == 50
    assert found["remediation_count"] == 1
    assert found["completion_percentage"] == 60
    assert (found["assignments_total"], found["current_assignment_id"]) == (1, "a")
    # (2 x 90 + 1 x 40 + 1 x 50 + 1 x 50 + 1 x 0) / 6 = 53.33...
    assert found["overall_mastery_score"] == 53.333333333


def test_engagement_counts_days() -> None:
    judged = given_to_ann(
        {"game_id": "g", "target_score": "80"},
        games=[{"game_id": "g"}],
        events=[attempt("1", "10", day(number), time_on_task_ms=100) for number in (1, 6, 8, 9)],
        free_play_scores=[play("10", day(7), time_on_task_ms=7, stage=None)],
    )
    found = only(Judgement(judged, day(10), 1).student_progress_summary())
    # 7, 8, 9, 10 March are days 6 to 9; today, 11 March, nothing yet
    assert found["streak_days"] == 4
    # 5 of 30 days
    assert found["engagement_score"] == 16.666666667
    # the week began on Sunday, 8 March: two attempts and the play
    assert found["games_played_this_week"] == 3
    assert (found["time_on_task_this_week_ms"], found["total_time_on_task_ms"]) == (207, 407)


def test_groups_count_their_students() -> None:
    judged = world(
        users=[
            {"user_id": name, "username": name, "organization_id": "north", "role": role}
            for name, role in (("ann", "student"), ("ben", "student"), ("tea", "teacher"))
        ],
        classes=[{"class_id": "k", "teacher_id": "tea"}],
        class_students=[{"class_id": "k", "student_id": name} for name in ("ann", "ben")],
        assignments=[{"assignment_id": "a", "created_at": day(0), "estimated_duration_days": 10.0}],
        assignment_students=[{"assignment_id": "a", "student_id": name} for name in ("ann", "ben")],
        steps=[{"step_id": "1", "assignment_id": "a", "position": 1, "stage": "quiz"}],
        step_events=[attempt("1", "70", day(1))],
    )
    judgement = Judgement(judged, day(6), 1)
    of_class = only(judgement.class_progress())
    # ann is done (100 - 60 = 40: ahead), ben is 60 behind
    assert (of_class["students"], of_class["ahead"], of_class["at_risk"]) == (2, 1, 1)
    assert (of_class["complete"], of_class["mean_completion"]) == (1, 50)
    assert of_class["mean_mastery"] == 35
    summary = only(judgement.class_summary())
    assert (summary["active_assignments"], summary["at_risk_students"]) == (1, 1)
    of_organization = only(judgement.organization_progress())
    assert (of_organization["organization_id"], of_organization["students"]) == ("north", 2)
    assert (of_organization["completion_rate"], of_organization["active_students_7d"]) == (0.5, 1)
    content = only(judgement.content_effectiveness())
    assert (content["completion_rate"], content["mean_score"], content["mean_attempts"]) == (
        0.5,
        70,
        1,
    )
    trend = only(judgement.organization_progress_trend(), period="quarter")
    assert (trend["period_start"], trend["steps_completed"]) == (date(2026, 1, 1), 1)
