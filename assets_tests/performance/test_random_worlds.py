"""The marts of performance against an independent, straightforward reading of the documents, over random worlds."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from assets_tests.dbt.compiled import judge_again
from assets_tests.dbt.harness import (
    AS_OF,
    comparable,
    connect,
    failures,
    insert_world,
    make_warehouse,
    read,
    run_dbt,
)
from assets_tests.performance.oracle import Judgement, Row, World
from assets_tests.performance.world import MICROSECOND, MOMENTS, TURN, random_world
from pipelines.checks.performance import MODELS, RULES

USERS = 120

# What was known (n) and when it was judged: before anything, at the very end of a week and a microsecond before it,
# when the second batch had not come, and after everything.
DIALS = {
    "before anything": (2, MOMENTS[0] - timedelta(days=1)),
    "when a week ends": (2, TURN),
    "just before a week ends": (2, TURN - MICROSECOND),
    "before the second batch": (1, MOMENTS[-1]),
    "after everything": (2, MOMENTS[-1] + timedelta(days=30)),
}
# What the seeds put into words; the oracle does not repeat it.
IN_WORDS = {"badge_name", "badge_description", "badge_icon"}


@pytest.fixture(scope="module")
def world() -> World:
    return random_world(seed=20260401, users=USERS)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory, world: World) -> Path:
    """The world as dbt builds it, of all that is known, at the harness' own moment."""
    path = make_warehouse(tmp_path_factory.mktemp("performance") / "warehouse.duckdb", n=2)
    insert_world(path, world)
    options = ("--select", "+path:models/marts/performance", "--exclude-resource-type", "unit_test")
    assert failures(run_dbt(path, "build", *options)) == []
    return path


def judge(path: Path, judgement: Judgement) -> None:
    """Every mart of a warehouse says what the documents say, and keeps every rule."""
    with connect(path) as connection:
        for table, model in MODELS.items():
            expected = getattr(judgement, table.partition(".")[2])()
            assert comparable(numbers(read(connection, table))) == comparable(expected), table
            model.validate(connection.sql(f"from {table}").pl())
        assert [rule.name for rule in RULES if connection.execute(rule.sql).fetchall()] == []


@pytest.mark.slow
def test_marts_as_dbt_builds_them_say_what_the_documents_say(warehouse: Path, world: World) -> None:
    judge(warehouse, Judgement(world, AS_OF, 2))


def numbers(rows: list[Row]) -> list[Row]:
    return [{name: value for name, value in row.items() if name not in IN_WORDS} for row in rows]


@pytest.mark.slow
@pytest.mark.requirement(
    *("R001-01", "R001-02", "R001-03", "R001-04", "R001-05", "R001-06", "R001-11", "R001-12"),
    *("R001-13", "R001-16", "R001-17", "R001-20", "R001-21", "R001-22", "R001-23", "R001-25"),
    *("R001-27", "R001-28", "R001-29", "R001-30", "R001-32", "R001-45", "R001-105"),
    *("G001-02", "G001-03", "G001-04", "G001-05", "G001-06", "G001-07", "G001-08", "G001-09"),
    *("G001-10", "G001-11", "G001-12", "G001-13", "G001-17", "G001-18", "G001-21", "G001-22"),
    *("G001-23", "G001-24", "G001-25", "G001-26", "GX-02", "GX-14", "GX-15", "GX-16"),
)
@pytest.mark.parametrize("dials", DIALS)
def test_marts_say_what_the_documents_say(dials: str, warehouse: Path, world: World) -> None:
    n, as_of = DIALS[dials]
    judge_again(warehouse, n, as_of)
    judge(warehouse, Judgement(world, as_of, n))


def test_the_world_holds_every_case(world: World) -> None:
    """A property over a world in which nothing happens would hold without meaning anything."""
    judgement = Judgement(world, TURN, 2)
    logs = judgement.performance_logs()
    assert len(logs) > 6 * USERS
    nullable = (
        "on_time_ratio",
        "skill_accuracy",
        "difficulty_factor",
        "avg_completion_time",
        "organization_id",
    )
    for column in nullable:
        assert any(log[column] is None for log in logs), column
        assert any(log[column] is not None for log in logs), column
    ties = Counter((log["user_id"], log["created_at"]) for log in logs)
    assert max(ties.values()) > 1
    assert any(task.completed_at == task.due_at for task in judgement.tasks)
    assert any(
        task.due_at and task.completed_at - task.due_at == MICROSECOND for task in judgement.tasks
    )
    assert any(task.completed_at == TURN for task in judgement.tasks)
    assert any(task.completed_at == TURN - timedelta(days=30) for task in judgement.tasks)
    completed = {task.assignment_id for task in judgement.tasks}
    taken_back = {
        event["task_assignment_id"]
        for event in judgement.known("task_events", "occurred_at")
        if event["event_type"] == "cancelled"
    }
    assert taken_back & completed
    assert taken_back - completed
    assert any(
        snapshot["tasks_completed_today"] > 1 for snapshot in judgement.performance_snapshots()
    )


def test_the_world_reaches_every_award_and_team(world: World) -> None:
    judgement = Judgement(world, TURN, 2)
    milestones = {row["milestone_type"] for row in judgement.performance_milestones()}
    assert milestones == {
        "first_task",
        "10_tasks",
        "50_tasks",
        "100_tasks",
        "500_tasks",
        "perfect_week",
    }
    badges = {row["criteria"] for row in judgement.performance_badges()}
    assert badges == {"score_above_80", "score_above_90", "on_time_streak_10", "hard_tasks_10"}
    before = Judgement(world, TURN - MICROSECOND, 2)
    ended = {(row["user_id"], row["achieved_at"]) for row in judgement.performance_milestones()}
    not_yet = {(row["user_id"], row["achieved_at"]) for row in before.performance_milestones()}
    assert any(moment < TURN for _, moment in ended - not_yet), (
        "no week is perfect just when it ends"
    )
    people = judgement.user_performance()
    assert {row["trend_direction"] for row in people} == {"↑", "↓", "→"}
    assert any(row["username"] is None for row in people)
    assert any(row["current_performance_score"] is None for row in people)
    roles = {user["role"] for id_, user in judgement.users.items() if id_ in judgement.by_user}
    assert roles >= {"admin", "employer"}
    assert {row["bucket"] for row in judgement.performance_distribution() if row["members"]} >= {
        *("20-40", "40-60", "60-80", "80-100"),
    }
    tied = Counter(score for members in judgement.teams().values() for score, _ in members)
    assert max(tied.values()) > 1
