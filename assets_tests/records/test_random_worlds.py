"""The marts of records against an independent, straightforward reading of the documents, over random worlds."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from assets_tests.api import body, published_file
from assets_tests.dbt.compiled import judge_again
from assets_tests.dbt.harness import (
    comparable,
    connect,
    failures,
    insert_world,
    make_warehouse,
    read,
    run_dbt,
    turn_dials,
)
from assets_tests.records.decisions_oracle import Decisions
from assets_tests.records.oracle import Row, World
from assets_tests.records.registration_oracle import Registration
from assets_tests.records.registration_world import LECTURES, SEED, random_world
from assets_tests.records.world import MOMENTS
from pipelines.checks.records import MODELS, RULES

MARTS = "+path:models/marts/records"

# What was known (n) and when it was judged: before anything, in the middle at the very moment of many rows and a
# microsecond before it, and after everything.
DIALS = {
    "before anything": (2, MOMENTS[0] - timedelta(days=1)),
    "at a moment": (2, MOMENTS[4]),
    "just before a moment": (2, MOMENTS[4] - timedelta(microseconds=1)),
    "before the second batch": (1, MOMENTS[-1]),
    "after everything": (2, MOMENTS[-1] + timedelta(days=30)),
}
TABLES = (
    *("performance_records", "achievement_progress", "student_standing", "certification_proposals"),
    *("certifications", "certification_history", "registration_preflight"),
    *("registration_decisions", "exam_rosters", "achievements_in_force"),
)
Tables = dict[str, list[Row]]


def expected_tables(decisions: Decisions) -> Tables:
    """What the documents say of every mart, and of the achievements in force."""
    registration = Registration(decisions)
    judges = dict.fromkeys(TABLES[:6], decisions) | dict.fromkeys(TABLES[6:9], registration)
    tables: Tables = {table: getattr(judge, table)() for table, judge in judges.items()}
    for row in tables["achievement_progress"]:
        del row["title"]
    tables["achievements_in_force"] = [
        {"achievement_id": row["achievement_id"], "is_still_required": is_still_required}
        for row, is_still_required in decisions.achievements()
    ]
    return tables


@pytest.fixture(scope="module")
def world() -> World:
    return random_world(SEED, LECTURES)


@pytest.fixture(scope="module")
def expected(world: World) -> dict[str, Tables]:
    """Per position of the dials what the documents say."""
    return {
        dials: expected_tables(Decisions(world, as_of, n)) for dials, (n, as_of) in DIALS.items()
    }


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory, world: World) -> Path:
    path = make_warehouse(tmp_path_factory.mktemp("records") / "warehouse.duckdb")
    insert_world(path, world)
    return path


@pytest.fixture(scope="module")
def found(warehouse: Path) -> dict[str, Tables]:
    """Per position of the dials the rows of every mart, all of which satisfy their models, and the rules they break.

    dbt makes the first of them, and its statements the others.
    """
    found: dict[str, Tables] = {}
    for dials, (n, as_of) in DIALS.items():
        if found:
            judge_again(warehouse, n, as_of)
        else:
            turn_dials(warehouse, n, as_of)
            assert failures(run_dbt(warehouse, "run", "--select", MARTS)) == []
        with connect(warehouse) as connection:
            found[dials] = {table: read(connection, f"records.{table}") for table in TABLES[:9]}
            found[dials]["achievements_in_force"] = [
                {name: row[name] for name in ("achievement_id", "is_still_required")}
                for row in read(connection, "intermediate.int_achievements_in_force")
            ]
            found[dials]["broken rules"] = [
                {"rule": rule.name}
                for rule in RULES
                if rule.blocking and connection.execute(rule.sql).fetchall()
            ]
            for table, model in MODELS.items():
                model.validate(connection.sql(f"from {table}").pl(), lazy=True)
    return found


@pytest.mark.slow
@pytest.mark.requirement(
    *("R004-19", "R004-20", "R004-21", "R004-22", "R004-23", "R004-24", "R004-25", "R004-26"),
    *("R004-28", "R004-30", "R004-31", "R004-52", "R004-53", "R004-54", "R004-55", "R004-65"),
    *("R004-75", "R004-76", "R004-77", "R004-80", "R004-81", "R004-83", "R004-84", "R004-86"),
    *("R004-10", "R004-12", "R004-57", "R004-58", "R004-62", "R004-70", "R004-90", "R004-91"),
    *("R004-92", "R004-93", "R004-94", "R004-106", "R004-112", "R004-114", "R004-125", "R004-126"),
    *("R004-127", "R004-128", "R004-129", "R004-130", "R004-132", "R004-133", "R004-134"),
    *("R004-135", "R004-136", "R004-141", "R004-142", "R004-143"),
    *("G004-02", "G004-03", "G004-04", "G004-05", "G004-06", "G004-07", "G004-09", "G004-10"),
    *("G004-11", "G004-13", "G004-14", "G004-15", "G004-16", "G004-17", "G004-18", "G004-20"),
    *("G004-22", "G004-23", "G004-24", "G004-27", "G004-28", "G004-29", "G004-30", "G004-31"),
    *("G004-32", "G004-34"),
)
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("dials", DIALS)
def test_marts_say_what_the_documents_say(
    dials: str, table: str, found: dict[str, Tables], expected: dict[str, Tables]
) -> None:
    assert comparable(found[dials][table]) == comparable(expected[dials][table])


@pytest.mark.slow
@pytest.mark.parametrize("dials", DIALS)
def test_every_blocking_rule_holds_on_a_world_that_nobody_chose(
    dials: str, found: dict[str, Tables]
) -> None:
    assert found[dials]["broken rules"] == []


@pytest.mark.slow
@pytest.mark.requirement("R004-04", "R004-09", "R004-115", "R004-144", "G004-01")
@pytest.mark.parametrize(
    ("table", "key", "contract", "moment"),
    [
        ("certification_history", "certification_id", "certifications", "occurred_at"),
        ("registration_decisions", "registration_event_id", "registration_events", "occurred_at"),
        ("registration_preflight", "registration_event_id", "registration_events", "occurred_at"),
        ("exam_rosters", "campaign_id", None, "finalized_at"),
    ],
)
def test_what_happens_later_changes_no_earlier_decision(
    table: str, key: str, contract: str | None, moment: str, found: dict[str, Tables], world: World
) -> None:
    """After everything, what was decided up to a moment reads as it did at that moment."""
    _, as_of = DIALS["at a moment"]
    moments = {row[key]: row[moment] for row in world[contract]} if contract else {}
    later = [
        row
        for row in found["after everything"][table]
        if (moments[row[key]] if contract else row[moment]) <= as_of
    ]
    earlier = found["at a moment"][table]
    assert len(earlier) > 20
    assert comparable(later) == comparable(earlier)
    assert len(found["after everything"][table]) > len(earlier)


@pytest.mark.slow
@pytest.mark.requirement("R004-70", "R004-96", "R004-113", "R004-114", "R004-115")
@pytest.mark.parametrize(
    "thresholds",
    [
        {"min_percentage": Decimal("33.3333"), "min_points_absolute": None},
        {"min_percentage": None, "min_points_absolute": Decimal("7.5")},
        {"min_percentage": Decimal(100), "min_points_absolute": None},
    ],
    ids=str,
)
def test_a_preview_says_what_the_changed_rule_would_propose(
    thresholds: dict[str, Decimal | None],
    warehouse: Path,
    found: dict[str, Tables],
    expected: dict[str, Tables],
    world: World,
    tmp_path: Path,
) -> None:
    dials = "after everything"
    n, as_of = DIALS[dials]
    before = {
        (row["lecture_id"], row["user_id"]): row["proposed_status"]
        for row in expected[dials]["certification_proposals"]
    }
    changed = Decisions(world, as_of, n).certification_proposals(**thresholds)
    after = {(row["lecture_id"], row["user_id"]): row["proposed_status"] for row in changed}
    tables = [f"records.{table}" for table in TABLES[:5]]
    path = published_file(
        tmp_path / "cairn.duckdb", warehouse, tables, ["rule_change_preview"], as_of
    )
    call = "api.rule_change_preview(?, min_percentage := ?, min_points_absolute := ?)"
    turned = set()
    with duckdb.connect(str(path), read_only=True) as client:
        for lecture_id in sorted({lecture_id for lecture_id, _ in before})[:40]:
            answer = body(client, call, lecture_id, *thresholds.values())
            turns = {
                user_id: (status, after[lecture, user_id])
                for (lecture, user_id), status in before.items()
                if lecture == lecture_id and status != after[lecture, user_id]
            }
            assert answer["changed_user_ids"] == sorted(turns, key=str.encode)
            assert answer["failed_to_passed"] == list(turns.values()).count(("failed", "passed"))
            assert answer["passed_to_failed"] == list(turns.values()).count(("passed", "failed"))
            for source, name in (
                ("computed", "computed_certifications_that_would_flip"),
                ("manual", "manual_certifications_in_conflict"),
            ):
                contradicted = {
                    row["user_id"]
                    for row in expected[dials]["certifications"]
                    if row["lecture_id"] == lecture_id
                    and row["source"] == source
                    and row["status"] != "pending"
                    and row["status"] != after.get((lecture_id, row["user_id"]), row["status"])
                }
                assert {row["user_id"] for row in answer[name]} == contradicted
            turned |= set(turns.values())
    assert turned
