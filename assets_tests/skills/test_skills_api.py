"""The read patterns of the domain, as any DuckDB client calls them on a file as students and employers get it."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets_tests.api import (
    bodies,
    bodies_of_an_older_client,
    body,
    differences_of_shape,
    published_file,
)
from assets_tests.dbt.harness import AS_OF

pytestmark = pytest.mark.slow

SHAPES = Path(__file__).parent / "shapes"
MACROS = ("skill_distribution", "skill_momentum", "skill_activity")
READ = ("performance.user_performance", *(f"skills.{macro}" for macro in MACROS))


@pytest.fixture(scope="module")
def published(example_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables and macros in a file of the format that is published, without what students do not see."""
    path = tmp_path_factory.mktemp("published") / "cairn.duckdb"
    published_file(path, example_warehouse, READ, MACROS, AS_OF)
    with duckdb.connect(str(path)) as connection:
        for table in ("skills.skill_distribution", "skills.skill_momentum"):
            connection.execute(f"alter table {table} drop total_weight")
    return path


@pytest.mark.requirement("R002-51", "R002-52", "R002-53", "R002-54", "R002-90", "G002-08")
@pytest.mark.parametrize("user_id", ["ann", "ben", "cem"])
@pytest.mark.parametrize("macro", MACROS)
def test_every_answer_has_the_shape_key_by_key(
    macro: str, user_id: str, client: duckdb.DuckDBPyConnection
) -> None:
    """No key of any shape is a weight."""
    shape = json.loads((SHAPES / f"{macro}.json").read_text())
    assert differences_of_shape(shape, body(client, f"api.{macro}(?)", user_id)) == []
    assert "weight" not in json.dumps(shape)


@pytest.mark.parametrize("user_id", ["nobody", None])
@pytest.mark.parametrize("macro", MACROS)
def test_who_is_not_known_has_no_row(
    macro: str, user_id: str | None, client: duckdb.DuckDBPyConnection
) -> None:
    assert bodies(client, f"api.{macro}(?)", user_id) == []


def test_who_is_known_and_has_no_signal_has_none(client: duckdb.DuckDBPyConnection) -> None:
    """Dee was only mentored."""
    for macro in MACROS:
        shape = json.loads((SHAPES / f"{macro}.json").read_text())
        said = body(client, f"api.{macro}('dee')")
        assert [*said] == [*shape]
        assert said.pop("user_id") == "dee"
        assert {*map(repr, said.values())} <= {"0", "[]", "'flat'", "None"}


@pytest.mark.parametrize("macro", MACROS)
def test_who_has_signals_and_is_no_user_has_them(
    macro: str, published: Path, tmp_path: Path
) -> None:
    path = shutil.copyfile(published, tmp_path / "cairn.duckdb")
    with duckdb.connect(path) as connection:
        connection.execute("set TimeZone = 'UTC'")
        as_a_user = bodies(connection, f"api.{macro}('ann')")
        connection.execute("delete from performance.user_performance where user_id = 'ann'")
        assert bodies(connection, f"api.{macro}('ann')") == as_a_user


@pytest.mark.requirement("R002-51", "R002-90")
def test_distribution_is_the_totals_per_skill_most_first(client: duckdb.DuckDBPyConnection) -> None:
    def skill(skill_id: str, name: str, category: str, signals: int, first: str) -> dict[str, Any]:
        return {
            "skill_id": skill_id,
            "skill_name": name,
            "category": category,
            "signals": signals,
            "first_signal_at": f"2026-03-{first}T09:00:00.000000Z",
            "last_signal_at": "2026-03-30T09:00:00.000000Z",
        }

    # Joined, two updates and a completion; sql was declared after the first two.
    assert body(client, "api.skill_distribution('ann')") == {
        "user_id": "ann",
        "signals": 4 + 4 + 2,
        "skills": [
            skill("python", "Python", "programming", 4, "02"),
            skill("vision", "Computer vision", "robotics", 4, "02"),
            skill("sql", "SQL", "programming", 2, "28"),
        ],
    }


def series(client: duckdb.DuckDBPyConnection, call: str) -> dict[str, list[list[Any]]]:
    """Per skill its weeks, each as [week_start, signals, cumulative_signals]."""
    return {
        skill["skill_id"]: [list(week.values()) for week in skill["weeks"]]
        for skill in body(client, call)["skills"]
    }


@pytest.mark.requirement("R002-52", "R002-90", "G002-09", "GX-02")
def test_momentum_has_every_week_from_the_first_to_the_last(
    client: duckdb.DuckDBPyConnection,
) -> None:
    # as_of is Wednesday 04-01; ann's weeks with signals are 03-01, 03-22 and 03-29, sql's only the last two.
    often = [
        *(["2026-03-01", 2, 2], ["2026-03-08", 0, 2], ["2026-03-15", 0, 2]),
        *(["2026-03-22", 1, 3], ["2026-03-29", 1, 4]),
    ]
    assert series(client, "api.skill_momentum('ann')") == {
        "python": often,
        "sql": [
            *(["2026-03-01", 0, 0], ["2026-03-08", 0, 0], ["2026-03-15", 0, 0]),
            *(["2026-03-22", 1, 1], ["2026-03-29", 1, 2]),
        ],
        "vision": often,
    }


@pytest.mark.requirement("R002-52", "G002-09")
@pytest.mark.parametrize(
    ("call", "expected"),
    [
        # Two weeks are those of 03-22 and 03-29: three signals had accumulated by the first.
        (
            "api.skill_momentum('ann', weeks := 2)",
            {
                "python": [["2026-03-22", 1, 3], ["2026-03-29", 1, 4]],
                "sql": [["2026-03-22", 1, 1], ["2026-03-29", 1, 2]],
                "vision": [["2026-03-22", 1, 3], ["2026-03-29", 1, 4]],
            },
        ),
        # Ben's skills of February have no week in the last eight.
        ("api.skill_momentum('ben', weeks := 8)", {"sql": [["2026-03-22", 1, 1]]}),
        ("api.skill_momentum('ben', weeks := 1)", {}),
        ("api.skill_momentum('ben', weeks := 0)", {}),
    ],
)
def test_momentum_counts_weeks_back_from_that_of_as_of(
    call: str, expected: dict[str, Any], client: duckdb.DuckDBPyConnection
) -> None:
    assert series(client, call) == expected


@pytest.mark.parametrize("weeks", [10**9, 2**63 - 1])
def test_momentum_reaches_as_far_back_as_anybody_asks(
    weeks: int, client: duckdb.DuckDBPyConnection
) -> None:
    assert series(client, f"api.skill_momentum('ben', weeks := {weeks})") == series(
        client, "api.skill_momentum('ben', weeks := 1000)"
    )


@pytest.mark.parametrize(
    ("as_of", "is_shown"),
    [
        # The week of 03-22 is the second of two until Saturday's last microsecond of the next.
        (datetime(2026, 4, 4, 23, 59, 59, 999999, tzinfo=UTC), True),
        (datetime(2026, 4, 5, tzinfo=UTC), False),
    ],
)
@pytest.mark.requirement("G002-09", "GX-02", "GX-16")
def test_the_week_of_as_of_is_that_in_utc(
    as_of: datetime, is_shown: bool, published: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "cairn.duckdb"
    copy.write_bytes(published.read_bytes())
    with duckdb.connect(str(copy)) as connection:
        connection.execute("set TimeZone = 'America/New_York'")
        connection.execute("update version set as_of = ?", [as_of])
        found = series(connection, "api.skill_momentum('ben', weeks := 2)")
    assert (found == {"sql": [["2026-03-22", 1, 1]]}) is is_shown


@pytest.mark.requirement("R002-53", "R002-90", "G002-10")
def test_activity_is_the_last_days_and_the_latest_signals(
    client: duckdb.DuckDBPyConnection, example_warehouse: Path
) -> None:
    activity = body(client, "api.skill_activity('ann')")
    assert [activity[name] for name in ("signals_last_7_days", "signals_previous_7_days")] == [6, 0]
    assert (activity["direction"], activity["last_signal_at"]) == (
        "up",
        "2026-03-30T09:00:00.000000Z",
    )
    completed, updated = activity["recent"][:3], activity["recent"][3:6]
    assert {signal["signal_type"] for signal in completed} == {"completed"}
    assert {signal["source_id"] for signal in updated} == {"u2"}
    for at_one_moment in (completed, updated):
        ids = [signal["signal_id"] for signal in at_one_moment]
        assert ids == sorted(ids, reverse=True)
    assert len(activity["recent"]) == 10


@pytest.mark.requirement("R002-53", "G002-10")
@pytest.mark.parametrize(
    ("max_entries", "shown"), [("20", 20), ("5", 5), ("0", 0), ("100", 20), ("-1", 0)]
)
def test_activity_shows_as_many_as_asked_for_of_the_20_latest(
    max_entries: str, shown: int, client: duckdb.DuckDBPyConnection
) -> None:
    recent = body(client, f"api.skill_activity('cem', max_entries := {max_entries})")["recent"]
    # Cem's 25 updates on help are half an hour apart, two by two: the last alone, then nine pairs, then one of a pair.
    last = datetime(2026, 3, 1, 18, tzinfo=UTC)
    moments = [last - timedelta(minutes=30 * ((place + 1) // 2)) for place in range(shown)]
    assert [datetime.fromisoformat(signal["created_at"]) for signal in recent] == moments


def test_an_older_client_answers_the_same(
    published: Path, client: duckdb.DuckDBPyConnection
) -> None:
    calls = [f"api.{macro}('{user_id}')" for macro in MACROS for user_id in ("ann", "ben", "cem")]
    assert sorted(bodies_of_an_older_client(published, calls)) == sorted(
        answer for call in calls for answer in bodies(client, call)
    )
