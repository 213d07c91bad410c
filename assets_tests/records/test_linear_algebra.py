"""The document's complete example, from rule to roster: its files land, the whole pipeline runs, tables are read.

Professor Weber teaches linear algebra (lecture 42) to Alice, Bob and Carol. Then time goes on: certifications, the
rule, the policy and the members change, the pipeline runs again, and nothing that was decided before has changed.
"""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets_tests.records.linear_algebra import CERTIFIED_AT, FILES, LATER, land
from pipelines.defs.in_process import run_in_process
from pipelines.settings import Settings

pytestmark = pytest.mark.slow

AFTER_FINALIZATION = datetime(2026, 3, 1, tzinfo=UTC)
MUCH_LATER = datetime(2026, 6, 1, tzinfo=UTC)

DECIDED = {
    "certification_history": "certification_id",
    "registration_preflight": "registration_event_id",
    "registration_decisions": "registration_event_id",
    "exam_rosters": "user_id",
}

Rows = list[dict[str, Any]]


def published(settings: Settings, query: str) -> Rows:
    """What a teacher reads."""
    file = settings.published / "current" / "teacher" / "cairn.duckdb"
    with duckdb.connect(str(file), read_only=True) as reader:
        reader.execute("set TimeZone = 'UTC'")
        return reader.sql(query).pl().to_dicts()


def accepted(settings: Settings) -> int:
    """How many rows were taken, of all that ever landed."""
    file = settings.published / "current" / "admin" / "cairn.duckdb"
    with duckdb.connect(str(file), read_only=True) as reader:
        [(rows,)] = reader.execute("select sum(accepted) from ops.ingest_accounting").fetchall()
    return int(rows)


def decided(settings: Settings) -> dict[str, Rows]:
    return {
        table: published(settings, f"select * from records.{table} order by {key}")
        for table, key in DECIDED.items()
    }


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(data=tmp_path_factory.mktemp("linear-algebra"))
    land(settings, FILES, "semester")
    run_in_process(settings, AFTER_FINALIZATION)
    return settings


@pytest.mark.requirement(
    *("R004-01", "R004-03", "R004-05", "R004-07", "R004-32", "R004-71", "R004-102", "R004-103"),
    *("R004-145", "R004-146", "R004-147", "R004-148", "R004-149", "R004-150", "R004-151"),
    *("R004-152", "R004-155", "G004-20"),
)
def test_from_rule_to_roster(house: Settings) -> None:
    # Nothing of the files was kept back.
    assert accepted(house) == sum(len(rows) for rows in FILES.values())

    # Computation: 58, 42 and 65 of 100 points, and the achievements met.
    records = published(house, "select * from records.performance_records order by user_id")
    assert [
        (
            record["user_id"],
            record["points_total_materialized"],
            record["points_max_materialized"],
            record["percentage_materialized"],
            record["achievements_met_ids"],
        )
        for record in records
    ] == [
        ("alice", 58, 100, 58.0, ["1", "2"]),
        ("bob", 42, 100, 42.0, []),
        ("carol", 65, 100, 65.0, ["1"]),
    ]

    # Certification: the evaluator proposes for all students, ...
    [proposals] = published(house, "select to_json(r) as body from api.proposals('42') r")
    body = json.loads(proposals["body"])
    assert body["rule_id"] == "7"
    assert body["students_meeting_requirements"] == 1
    assert [(found["user_id"], found["proposed_status"]) for found in body["proposals"]] == [
        ("alice", "passed"),
        ("bob", "failed"),
        ("carol", "failed"),
    ]
    # ... and the professor decides, for Carol otherwise.
    certifications = published(house, "select * from records.certifications order by user_id")
    snapshot = (
        '{"rule_id":"7","min_percentage":50,"min_points_absolute":null,'
        '"achievement_ids":["1","2"],"effective_at":"1970-01-01T00:00:00.000000Z"}'
    )
    decision = {"lecture_id": "42", "certified_by": "weber", "certified_at": CERTIFIED_AT}
    by_the_rule = {"source": "computed", "rule_id": "7", "rule_snapshot": snapshot, "note": None}
    manual = {
        "source": "manual",
        "rule_id": None,
        "rule_snapshot": None,
        "note": "Medical exemption for attendance requirement",
    }
    as_proposed = {"is_stale": False, "conflicts": False}
    assert certifications == [
        {"user_id": "alice", "status": "passed", "proposed_status": "passed"}
        | decision
        | by_the_rule
        | as_proposed,
        {"user_id": "bob", "status": "failed", "proposed_status": "failed"}
        | decision
        | by_the_rule
        | as_proposed,
        {"user_id": "carol", "status": "passed", "proposed_status": "failed"}
        | decision
        | manual
        | {"is_stale": False, "conflicts": True},
    ]

    # Campaign: saved without a warning, opened because no certification is pending; and the finalization went through.
    preflight = published(
        house,
        "select event_type, outcome, missing, pending, message from records.registration_preflight",
    )
    in_order = {"outcome": "ok", "missing": 0, "pending": 0, "message": None}
    assert sorted(preflight, key=lambda row: row["event_type"]) == [
        {"event_type": event_type} | in_order for event_type in ("finalized", "opened", "saved")
    ]

    # Registration: Alice and Carol succeed, Bob is blocked with the message.
    decisions = published(
        house,
        "select user_id, allowed, code, message, certification_status"
        " from records.registration_decisions order by user_id",
    )
    let_in = {
        "allowed": True,
        "code": "certification_passed",
        "message": None,
        "certification_status": "passed",
    }
    assert decisions == [
        {"user_id": "alice"} | let_in,
        {
            "user_id": "bob",
            "allowed": False,
            "code": "certification_not_passed",
            "message": "Lecture performance certification not passed",
            "certification_status": "failed",
        },
        {"user_id": "carol"} | let_in,
    ]

    # Finalization: the roster is Alice and Carol; Bob never got in, so nobody looked at him.
    roster = published(house, "select user_id, status from records.exam_rosters order by user_id")
    assert roster == [{"user_id": user_id, "status": "on_roster"} for user_id in ("alice", "carol")]


@pytest.mark.requirement(
    *("R004-04", "R004-06", "R004-09", "R004-70", "R004-115", "R004-116", "R004-144", "R004-156"),
    *("G004-01", "G004-23"),
)
def test_what_lands_later_changes_no_decision(house: Settings, tmp_path: Path) -> None:
    before = decided(house)
    assert all(before.values())
    later = Settings(data=tmp_path / "data")
    shutil.copytree(house.data, later.data, symlinks=True)
    land(later, LATER, "spring")
    run_in_process(later, MUCH_LATER)
    after = decided(later)
    for table, key in DECIDED.items():
        known = {row[key] for row in before[table]}
        assert [row for row in after[table] if row[key] in known] == before[table]
    assert after["exam_rosters"] == before["exam_rosters"]

    # What is new goes by the new certifications; the policy is gone, so Bob is let in without one.
    [again] = [
        row
        for row in after["registration_decisions"]
        if row["registration_event_id"][:5] == "later"
    ]
    assert (again["allowed"], again["code"], again["policies_evaluated"]) == (True, None, 0)
    # 40 % are enough for 42 points, but Bob misses the achievements; Carol, who left, keeps what she was given last.
    certifications = published(
        later,
        "select user_id, status, proposed_status, conflicts from records.certifications order by user_id",
    )
    assert [tuple(row.values()) for row in certifications] == [
        ("alice", "failed", "passed", True),
        ("bob", "passed", "failed", True),
        ("carol", "pending", None, False),
    ]
    assert len(after["certification_history"]) == len(before["certification_history"]) + 3
