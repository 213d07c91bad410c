"""What the oracle says of the past, on cases computed by hand, and the law of replay on random worlds."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest

from assets_tests.progress.by_hand import attempt, day, event, given_to_ann, play
from assets_tests.progress.comparison import GRAINS, differences
from assets_tests.progress.oracle import Judgement
from assets_tests.progress.oracle_history import risk_days
from assets_tests.progress.oracle_known import Row, World
from assets_tests.progress.tales import random_world
from assets_tests.progress.world import AS_OF


def named(rows: list[Row], **named: object) -> list[Row]:
    """The rows with these values."""
    return [row for row in rows if named.items() <= row.items()]


def truncated(world: World, at: datetime) -> World:
    """What a world held at a moment: the later rows never landed."""
    return {
        contract: [row for row in rows if row.get("effective_at", row.get("occurred_at")) <= at]
        for contract, rows in world.items()
    }


def test_risk_turns_when_the_day_ends_so() -> None:
    # Two steps in ten days. 3 March ends a microsecond before 3 tenths of the time have gone, 4 March after.
    judged = given_to_ann(
        {"concept_id": "c", "target_score": "80", "game_id": "old"},
        {"target_score": "80"},
        assignment={"estimated_duration_days": 10.0},
        events=[
            attempt("1", "20", day(1)),
            attempt("1", "80", day(4.5)),
            event("2", "started", day(5)),
        ],
        classes=[{"class_id": "k", "teacher_id": "tea"}],
        class_students=[{"class_id": "k", "student_id": "ann"}],
        games=[
            {
                "game_id": "old",
                "is_deprecated": True,
                "replaced_by_game_id": "new",
                "effective_at": day(3),
            },
            {"game_id": "old", "effective_at": day(0)},
            {"game_id": "new"},
        ],
    )
    # The deprecated step is not required, so from 4 March on the other one is all that counts.
    history = Judgement(judged, day(9), 1).student_risk_history()
    assert [(row["risk_date"], row["at_risk"], row["risk_factors"]) for row in history] == [
        (date(2026, 3, 4), True, ["behind_pace_40_percent"])
    ]
    (found,) = Judgement(judged, day(9), 1).interventions()
    assert found["teacher_ids"] == ["tea"]
    assert found["recommended_concepts"] == ["c"]
    assert found["recommended_games"] == ["new"]
    assert found["offer"] == "extend_due_dates"
    (event_of_risk,) = named(
        Judgement(judged, day(9), 1).progress_events(), event="student_at_risk_detected"
    )
    assert event_of_risk["occurred_at"] == datetime(2026, 3, 4, 23, 59, 59, 999999, tzinfo=UTC)
    assert event_of_risk["properties"]["pacing_status"] == "at_risk"
    assert event_of_risk["properties"]["days_since_activity"] == 2


def test_a_history_begins_ninety_days_ago() -> None:
    judged = given_to_ann({}, assignment={"estimated_duration_days": 10.0})
    as_of = day(200)
    (first,) = Judgement(judged, as_of, 1).student_risk_history()
    assert first["risk_date"] == as_of.date() - timedelta(days=90)
    # 110 days after 1 March, at that day's end; all of the time has gone
    assert first["risk_factors"] == ["behind_pace_100_percent", "inactive_110_days"]


def test_milestones_are_crossed_once() -> None:
    # 1 of 2 is 50 %; a third step makes it 33 %; 2 of 3 is 67 %, 3 of 3 is all of it.
    third = {"step_id": "3", "assignment_id": "a", "position": 3, "effective_at": day(2)}
    judged = given_to_ann(
        {},
        {},
        steps=[third],
        events=[attempt("1", "1", day(1)), attempt("2", "1", day(3)), attempt("3", "1", day(4))],
        sequences=[{"sequence_id": "s", "title": "S"}],
        assignment={"sequence_id": "s"},
    )
    events = Judgement(judged, day(5), 1).progress_events()
    crossed = [
        (row["properties"]["milestone"], row["occurred_at"])
        for row in named(events, event="assignment_progress_milestone")
    ]
    assert crossed == [("25", day(1)), ("50", day(1)), ("75", day(4)), ("100", day(4))]
    last = named(events, event="assignment_progress_milestone")[-1]["properties"]
    assert last["previous_percentage"] == 66.666666667
    assert last["time_to_milestone_ms"] == 4 * 86_400_000
    assert (last["steps_completed"], last["steps_remaining"]) == (3, 0)
    milestones = [
        (row["properties"]["milestone"], row["occurred_at"])
        for row in named(events, event="sequence_progress_milestone")
    ]
    assert milestones == [
        ("started", day(1)),
        ("quarter", day(1)),
        ("half", day(1)),
        ("three_quarters", day(4)),
        ("complete", day(4)),
    ]
    (added,) = named(events, event="progress_reconciled")
    assert added["properties"]["reconciliation_type"] == "migration"
    assert added["properties"]["previous_completion_percentage"] == 50
    assert added["properties"]["new_completion_percentage"] == 33.333333333
    (audit,) = named(Judgement(judged, day(5), 1).progress_snapshots(), notes="before_migration")
    assert audit["snapshot_at"] == day(2) - timedelta(microseconds=1)
    assert audit["state_snapshot"]["completion_percentage"] == 50


def test_an_update_tells_the_state_before_and_after() -> None:
    judged = given_to_ann(
        {"target_score": "80", "stage": "play", "game_id": "g"},
        events=[event("1", "started", day(1)), attempt("1", "70", day(2), time_on_task_ms=5)],
        games=[{"game_id": "g"}],
        free_play_scores=[play("90", day(3))],
    )
    events = Judgement(judged, day(5), 1).progress_events()
    told = [row["properties"] for row in named(events, event="step_progress_updated")]
    names = ("previous_state", "new_state", "score_achieved", "attempt_count", "completion_source")
    assert [tuple(properties[name] for name in names) for properties in told] == [
        ("available", "in_progress", None, 0, None),
        ("in_progress", "in_progress", 70, 1, None),
        ("in_progress", "complete", 90, 1, "free_play_reconciled"),
    ]


@pytest.mark.requirement("R003-127", "R003-128", "R003-130", "G003-30")
def test_snapshots_expire_into_their_months() -> None:
    """Ann completes a step on 2, 3 and 20 March, each an hour past midnight; 20 March is the last day of work."""
    times = [day(1) + timedelta(hours=1), day(2) + timedelta(hours=1), day(19) + timedelta(hours=1)]
    judged = given_to_ann(
        {}, {}, {}, events=[attempt(str(n), "60", at) for n, at in enumerate(times, 1)]
    )

    def of_scope(as_of: datetime, scope_type: str) -> list[tuple[str, datetime]]:
        rows = named(Judgement(judged, as_of, 1).progress_snapshots(), scope_type=scope_type)
        return sorted(
            (row["notes"], row["snapshot_at"]) for row in rows if row["trigger"] != "intervention"
        )

    assert of_scope(day(20), "step") == [("completed", at) for at in times]
    # exactly ninety days after the second: two are expired, each the only one of its step
    assert of_scope(times[1] + timedelta(days=90), "step") == [
        ("completed", times[2]),
        ("monthly", times[0]),
        ("monthly", times[1]),
    ]
    # the student's daily and weekly ones: after a year March has one, the midnight after 20 March
    # or the Sunday after that week, 22 March, which is later
    assert of_scope(day(500), "student") == [("monthly", day(21))]
    (kept,) = named(
        Judgement(judged, day(500), 1).progress_snapshots(), scope_type="student", notes="monthly"
    )
    parts = ("student", "ann", "ann", "2026-03-22T00:00:00.000000Z", "scheduled", "monthly")
    assert kept["snapshot_id"] == hashlib.sha256("\u001f".join(parts).encode()).hexdigest()
    assert kept["time_on_task_ms"] == 0
    assert set(kept["state_snapshot"]) == {
        *("active_assignments", "completed_assignments", "overall_mastery_score"),
        *("total_time_on_task_ms", "at_risk", "risk_factors"),
    }


@pytest.mark.parametrize("number", range(4))
def test_the_past_is_what_a_run_at_that_day_said(number: int) -> None:
    """Another path than the oracle's own: the world is cut off at the day's end and judged afresh."""
    world = random_world(5, number)
    whole = Judgement(world, AS_OF, 2)
    days = {
        person: [found.at for found in risk_days(person, AS_OF)]
        for person in whole.persons.values()
    }
    said = {
        end: {
            row["student_id"]: row["risk_factors"]
            for row in Judgement(truncated(world, end), end, 2).student_progress_summary()
        }
        for end in {end for ends in days.values() for end in ends}
    }
    history = {(row["student_id"], row["risk_date"]): row for row in whole.student_risk_history()}
    for person, ends in days.items():
        was_at_risk = False
        for end in ends:
            risk_factors = said[end].get(person.student_id, [])
            row = history.pop((person.student_id, end.date()), None)
            assert (row is not None) == (bool(risk_factors) != was_at_risk)
            assert row is None or row["risk_factors"] == risk_factors
            was_at_risk = bool(risk_factors)
    assert history == {}


@pytest.mark.parametrize("number", range(4))
def test_what_comes_later_changes_nothing_that_was(number: int) -> None:
    """Every table judged at an earlier moment is the same whether or not the rest of the world has landed."""
    world = random_world(6, number)
    moments = sorted({row["occurred_at"] for row in world["step_events"]})
    for moment in moments[:: max(len(moments) // 3, 1)]:
        whole = Judgement(world, AS_OF, 2).at(moment)
        cut = Judgement(truncated(world, moment), moment, 2)
        for table in GRAINS:
            assert differences(table, getattr(whole, table)(), getattr(cut, table)()) == []
