"""The read endpoints of the domain, as any DuckDB client calls them on a published file.

`shapes/` holds the source document's response of each endpoint, its `...` filled in by what the document shows
elsewhere. Ids are texts there, as they are in every published table.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets_tests.api import bodies, body, differences_of_shape, published_file
from assets_tests.dbt.harness import AS_OF

pytestmark = pytest.mark.slow

SHAPES = Path(__file__).with_name("shapes")
# Each macro on somebody of whom there is data in all that it shows.
CALLS = {
    "user_performance": "('ann')",
    "user_summary": "('ann')",
    "user_metrics": "('ann')",
    "user_history": "('ann')",
    "user_trends": "('ann')",
    "team": "('harbor')",
    "top_performers": "('harbor')",
    "comparison": "('ann', 'ben')",
    "distribution": "('harbor')",
    "team_trends": "('harbor')",
    "statistics": "('harbor')",
    "logs": "(user_id := 'ann')",
    "snapshots": "('ann')",
    "export_user": "('ann')",
}
# cem has no log in the thirty days, and ann's last task no due date.
NOTHING_TO_SAY = {
    "team_trends": ["$.trends[4].trends"],
    "snapshots": ["$.snapshots[1].daily_on_time_ratio"],
}
TABLES = [
    f"performance.{name}"
    for name in (
        *("performance_logs", "performance_snapshots", "user_performance"),
        *("team_performance", "performance_distribution"),
    )
]


@pytest.fixture(scope="module")
def published(team_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The marts and the macros in a file of the format that is published."""
    path = tmp_path_factory.mktemp("published") / "cairn.duckdb"
    return published_file(path, team_warehouse, TABLES, CALLS, AS_OF)


@pytest.fixture
def changed(published: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy to write other numbers into."""
    copy = tmp_path / "cairn.duckdb"
    copy.write_bytes(published.read_bytes())
    with duckdb.connect(str(copy)) as connection:
        yield connection


def without_data(answer: Any, place: str = "$") -> list[str]:
    """Where an answer has no data: of that its shape says nothing."""
    if isinstance(answer, dict):
        return [
            found
            for key, value in answer.items()
            for found in without_data(value, f"{place}.{key}")
        ]
    if isinstance(answer, list):
        found = [
            found
            for number, value in enumerate(answer)
            for found in without_data(value, f"{place}[{number}]")
        ]
        return found if answer else [place]
    return [place] if answer is None else []


@pytest.mark.requirement(
    *(f"R001-{number}" for number in range(33, 53)),
    *(f"R001-{number}" for number in range(69, 104)),
    *("R001-106", "R001-107", "R001-108", "R001-109", "R001-116", "R001-117", "G001-27"),
)  # fmt: skip
@pytest.mark.parametrize("macro", CALLS)
def test_an_answer_has_the_documents_keys_in_its_order(
    macro: str, client: duckdb.DuckDBPyConnection
) -> None:
    document = json.loads((SHAPES / f"{macro}.json").read_text(encoding="utf-8"))
    answer = body(client, f"api.{macro}{CALLS[macro]}")
    assert differences_of_shape(document, answer) == []
    assert without_data(answer) == NOTHING_TO_SAY.get(macro, [])


def test_every_documented_endpoint_is_there() -> None:
    assert {path.stem for path in SHAPES.glob("*.json")} == set(CALLS)
    assert len(CALLS) == 14


def test_an_older_client_reads_the_same(published: Path, client: duckdb.DuckDBPyConnection) -> None:
    program = Path(sys.executable).parent / "duckdb"
    query = " union all ".join(
        f"select to_json(r) from api.{macro}{call} r" for macro, call in CALLS.items()
    )
    command = [str(program), "-readonly", "-list", "-noheader", str(published), query]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert printed.splitlines() == [
        text for macro, call in CALLS.items() for text in bodies(client, f"api.{macro}{call}")
    ]


@pytest.mark.requirement("R001-69", "R001-75", "R001-76", "R001-86", "R001-106", "G001-13", "GX-15")
def test_a_user_s_performance(client: duckdb.DuckDBPyConnection) -> None:
    expected = {
        "user_id": "ann",
        "username": "Ann",
        # 2/3 x 50 + 25.5 + 16 = 74.833..; in March it rose from 64.5 by 10.333..
        "current_performance_score": 74.8,
        "tasks_completed": 4,
        "avg_completion_time": 3.0,
        "experience_level": 7,
        "latest_metrics": {
            "on_time_ratio": 2 / 3,
            "skill_accuracy": 0.85,
            "difficulty_factor": 0.8,
            "avg_completion_speed": 1.625 / 3,
        },
        "trend": {"direction": "↑", "change": 10.3, "period_days": 30},
    }
    assert body(client, "api.user_performance('ann')") == expected
    assert body(client, "api.user_summary('ann')") == expected
    metrics = body(client, "api.user_metrics('ann')")
    assert metrics["performance_score"] == expected["current_performance_score"]
    assert metrics["metrics"] == expected["latest_metrics"]
    assert metrics["trend"] == expected["trend"]


@pytest.mark.requirement("R001-70", "G001-02")
def test_without_a_completion_there_is_no_score(client: duckdb.DuckDBPyConnection) -> None:
    dee = body(client, "api.user_performance('dee')")
    assert dee["tasks_completed"] == 0
    assert dee["current_performance_score"] is None
    assert set(dee["latest_metrics"].values()) == {None}
    assert dee["trend"] == {"direction": "→", "change": 0.0, "period_days": 30}
    assert body(client, "api.user_history('dee')")["entries"] == []
    assert body(client, "api.snapshots('dee')")["snapshots"] == []
    assert bodies(client, "api.user_trends('dee')") == []
    export = body(client, "api.export_user('dee')")
    assert (export["history"], export["trends"]) == ([], None)


@pytest.mark.requirement("R001-77", "R001-78", "R001-80", "G001-14")
def test_history_lists_the_newest_entries_oldest_first(client: duckdb.DuckDBPyConnection) -> None:
    history = body(client, "api.user_history('ann', max_entries := 2)")
    assert (history["period_days"], history["total_entries"]) == (30, 3)
    assert [(entry["id"], entry["performance_score"], entry["score_change"]) for entry in history["entries"]] == [
        ("ann-3", 74.8, 10.3),
        ("ann-4", 74.8, 0.0),
    ]  # fmt: skip
    assert history["entries"][0]["created_at"] == "2026-03-10T15:00:00.000000Z"
    everything = body(client, "api.user_history('ann', days := 100, max_entries := NULL)")
    assert [entry["id"] for entry in everything["entries"]] == ["ann-1", "ann-2", "ann-3", "ann-4"]
    assert body(client, "api.user_history('ann', max_entries := 0)")["entries"] == []


@pytest.mark.requirement("R001-26", "R001-84", "R001-85", "R001-117", "G001-15")
def test_trends_have_a_point_per_log(client: duckdb.DuckDBPyConnection) -> None:
    # Scores 64.5, 74.833.. and again: their mean is 71.388.., their range 10.333..
    assert body(client, "api.user_trends('ann', days := 30)") == {
        "user_id": "ann",
        "period_days": 30,
        "data_points": 3,
        "dates": ["2026-03-10", "2026-03-10", "2026-03-20"],
        "performance_scores": [64.5, 74.8, 74.8],
        "on_time_ratios": [50.0, 66.67, 66.67],
        "skill_accuracies": [85.0, 85.0, 85.0],
        "difficulty_factors": [70.0, 80.0, 80.0],
        "statistics": {"average_score": 71.4, "max_score": 74.8, "min_score": 64.5, "score_range": 10.3},
    }  # fmt: skip


# eve's only log is exactly ten days old, lone's is at as_of itself.
@pytest.mark.requirement("R001-77", "R001-81", "R001-101", "G001-16")
def test_days_end_at_as_of_and_are_open_at_their_start(client: duckdb.DuckDBPyConnection) -> None:
    def counted(user_id: str, days: int) -> list[int]:
        history = body(client, "api.user_history(?, days := ?)", user_id, days)
        snapshots = body(client, "api.snapshots(?, days := ?)", user_id, days)
        trends = bodies(client, "api.user_trends(?, days := ?)", user_id, days)
        return [history["total_entries"], len(snapshots["snapshots"]), len(trends)]

    assert counted("eve", 10) == [0, 0, 0]
    assert counted("eve", 11) == [1, 1, 1]
    assert counted("lone", 1) == [1, 1, 1]
    assert counted("lone", 0) == [0, 0, 0]


@pytest.mark.parametrize("days", [10**9, 2**63 - 1])
@pytest.mark.parametrize(
    "call",
    ["user_history('ann'", "user_trends('ann'", "snapshots('ann'", "comparison('ann', 'eve'"],
)
def test_days_reach_as_far_back_as_anybody_asks(
    call: str, days: int, client: duckdb.DuckDBPyConnection
) -> None:
    def told(days: int) -> str:
        [answer] = bodies(client, f"api.{call}, days := {days})")
        return answer.replace(str(days), "the days")

    assert told(days) == told(10_000)


@pytest.mark.requirement("R001-45", "R001-50", "R001-101", "R001-102")
def test_snapshots_are_days_oldest_first(client: duckdb.DuckDBPyConnection) -> None:
    answer = body(client, "api.snapshots('ann')")
    assert [snapshot["date"] for snapshot in answer["snapshots"]] == ["2026-03-10", "2026-03-20"]
    # That day one of two was on time, skill match 0.8, difficulty 6 and 10: 25 + 24 + 16 = 65.
    assert answer["snapshots"][0] == {
        "date": "2026-03-10",
        "tasks_completed_today": 2,
        "cumulative_tasks": 3,
        "daily_on_time_ratio": 0.5,
        "cumulative_on_time_ratio": 2 / 3,
        "daily_performance_score": 65.0,
        "cumulative_performance_score": 74.8,
    }


@pytest.mark.requirement("R001-87", "R001-88", "R001-89", "R001-90", "G001-18", "G001-19")
def test_a_team_is_listed_by_rank(client: duckdb.DuckDBPyConnection) -> None:
    ranking = ["gil", "ben", "eve", "ann", "cem"]
    team = body(client, "api.team('harbor')")
    # (98 + 75 + 75 + 74.833333333 + 25) / 5 = 69.566..
    assert (team["team_size"], team["average_performance_score"]) == (5, 69.6)
    assert [member["user_id"] for member in team["all_members"]] == ranking
    assert team["top_performers"] == team["all_members"]
    assert team["all_members"][3] == body(client, "api.user_performance('ann')")
    for limit, names in ((2, ranking[:2]), (10, ranking), (0, [])):
        performers = body(client, "api.top_performers('harbor', max_entries := ?)", limit)
        assert (performers["limit"], performers["count"]) == (limit, len(names))
        assert [member["user_id"] for member in performers["top_performers"]] == names


@pytest.mark.requirement("G001-19")
def test_a_team_shows_its_five_best_and_everybody(changed: duckdb.DuckDBPyConnection) -> None:
    changed.execute(
        "insert into performance.user_performance by name select * replace (organization_rank + 5 as organization_rank,"
        " user_id || ' too' as user_id) from performance.user_performance where organization_id = 'harbor'"
        " and organization_rank is not null"
    )
    team = body(changed, "api.team('harbor')")
    assert (len(team["top_performers"]), len(team["all_members"])) == (5, 10)


@pytest.mark.requirement("R001-31", "R001-91", "R001-92", "G001-20")
@pytest.mark.parametrize(
    ("first", "second", "days", "difference", "winner"),
    [
        ("gil", "ann", 30, 23.2, "user_1"),  # 98 - 74.833333333 = 23.166666667
        ("ann", "gil", 30, -23.2, "user_2"),
        ("ben", "eve", 30, 0.0, "tie"),
        ("ben", "ben", 30, 0.0, "tie"),
        ("ben", "eve", 10, None, "user_1"),
        ("cem", "eve", 30, None, "user_2"),
        ("cem", "dee", 30, None, None),
        ("cem", "eve", 100, -50.0, "user_2"),
    ],
)
def test_compared_is_the_latest_log_of_the_period(
    client: duckdb.DuckDBPyConnection,
    first: str,
    second: str,
    days: int,
    difference: float | None,
    winner: str | None,
) -> None:
    answer = body(client, "api.comparison(?, ?, days := ?)", first, second, days)
    assert answer["comparison_period_days"] == days
    assert (answer["user_1"]["user_id"], answer["user_2"]["user_id"]) == (first, second)
    assert answer["difference"] == {"score_difference": difference, "winner": winner}


@pytest.mark.requirement("R001-93", "R001-94", "R001-95", "R001-98", "G001-21", "G001-22")
def test_a_team_in_numbers(client: duckdb.DuckDBPyConnection) -> None:
    distribution = body(client, "api.distribution('harbor')")
    assert distribution["distribution"] == {
        "0-20": 0,
        "20-40": 1,
        "40-60": 0,
        "60-80": 3,
        "80-100": 1,
    }
    assert distribution["scores"] == [98.0, 75.0, 75.0, 74.8, 25.0]
    assert (distribution["total_members"], distribution["average_score"]) == (5, 69.6)
    deviation = statistics.stdev([98, 75, 75, 74.833333333, 25])
    assert body(client, "api.statistics('harbor')")["statistics"] == {
        "average_score": 69.6,
        "median_score": 75.0,
        "std_deviation": round(deviation, 1),
        "min_score": 25.0,
        "max_score": 98.0,
        "score_range": 73.0,
    }
    assert body(client, "api.statistics('pier')")["statistics"]["std_deviation"] == 0


@pytest.mark.requirement("R001-96")
def test_a_team_s_trends_list_every_member(client: duckdb.DuckDBPyConnection) -> None:
    answer = body(client, "api.team_trends('harbor', days := 30)")
    assert (answer["period_days"], answer["team_members"]) == (30, 5)
    assert [member["user_id"] for member in answer["trends"]] == ["gil", "ben", "eve", "ann", "cem"]
    assert answer["trends"][3]["trends"] == body(client, "api.user_trends('ann', days := 30)")
    assert answer["trends"][4] == {"user_id": "cem", "username": "Cem", "trends": None}


@pytest.mark.requirement("R001-99", "R001-100")
def test_logs_come_in_pages(client: duckdb.DuckDBPyConnection) -> None:
    pages = [body(client, "api.logs(page := ?, per_page := 10)", page) for page in (1, 2, 3, 4, 0)]
    assert [(page["total"], page["pages"], page["current_page"]) for page in pages] == [
        (21, 3, page) for page in (1, 2, 3, 4, 0)
    ]
    assert [len(page["logs"]) for page in pages] == [10, 10, 1, 0, 0]
    listed = [(log["created_at"], log["id"]) for page in pages for log in page["logs"]]
    assert listed == sorted(listed, reverse=True)
    assert len(set(listed)) == 21
    assert all(log["id"] == log["assignment_id"] for page in pages for log in page["logs"])


@pytest.mark.parametrize(
    ("page", "per_page", "pages"),
    [(1, 0, None), (1, -1, None), (2, 10**12, 1), (10**12, 10**12, 1), (-(10**12), 2**63 - 1, 1)],
)
def test_pages_of_any_size_may_be_asked_for(
    page: int, per_page: int, pages: int | None, client: duckdb.DuckDBPyConnection
) -> None:
    answer = body(client, f"api.logs(page := {page}, per_page := {per_page})")
    assert (answer["total"], answer["pages"], answer["logs"]) == (21, pages, [])


@pytest.mark.requirement("R001-99", "R001-100")
def test_logs_of_one_user(client: duckdb.DuckDBPyConnection) -> None:
    ann = body(client, "api.logs(user_id := 'ann', per_page := 3)")
    assert (ann["total"], ann["pages"]) == (4, 2)
    assert [log["id"] for log in ann["logs"]] == ["ann-4", "ann-3", "ann-2"]
    assert body(client, "api.logs(user_id := 'dee')") == {
        "total": 0, "pages": 0, "current_page": 1, "logs": [],
    }  # fmt: skip


@pytest.mark.requirement("R001-103", "G001-29")
def test_an_export_holds_what_the_other_answers_hold(client: duckdb.DuckDBPyConnection) -> None:
    export = body(client, "api.export_user('ann', days := 100)")
    assert export == {
        "summary": body(client, "api.user_performance('ann')"),
        "history": body(client, "api.user_history('ann', days := 100)")["entries"],
        "trends": body(client, "api.user_trends('ann', days := 100)"),
        "export_date": "2026-04-01T00:00:00.000000Z",
    }
    assert len(export["history"]) == 4


@pytest.mark.parametrize(
    "call",
    [
        *("user_performance('x')", "user_summary('x')", "user_metrics('x')", "user_history('x')"),
        *("user_trends('x')", "team('x')", "top_performers('x')", "comparison('x', 'ann')"),
        *("comparison('ann', 'x')", "distribution('x')", "team_trends('x')", "statistics('x')"),
        *("logs(user_id := 'x')", "snapshots('x')", "export_user('x')"),
        # Known, and shown nowhere as a member or a performer.
        *("user_performance('ada')", "export_user('ada')", "comparison('ada', 'ann')"),
    ],
)
def test_the_unknown_have_no_row(client: duckdb.DuckDBPyConnection, call: str) -> None:
    assert bodies(client, f"api.{call}") == []


def test_whoever_has_logs_has_a_history(client: duckdb.DuckDBPyConnection) -> None:
    for user_id in ("ada", "ghost"):
        assert body(client, "api.user_history(?)", user_id)["total_entries"] == 1
        assert len(body(client, "api.snapshots(?)", user_id)["snapshots"]) == 1
        assert body(client, "api.logs(user_id := ?)", user_id)["total"] == 1


@pytest.mark.requirement("GX-15")
@pytest.mark.parametrize(
    ("stored", "shown"),
    # Each exact half is a little less, or a little more, as a DOUBLE.
    [
        (84.45, 84.5),
        (84.449999999, 84.4),
        (1.05, 1.1),
        (0.25, 0.3),
        (2.35, 2.4),
        (99.95, 100.0),
        (0.0, 0.0),
    ],
)
def test_points_are_rounded_half_up_exactly(
    changed: duckdb.DuckDBPyConnection, stored: float, shown: float
) -> None:
    changed.execute(
        "update performance.performance_logs set performance_score = ?, score_change = ?",
        [stored, -stored],
    )
    changed.execute(
        "update performance.user_performance set current_performance_score = ?, trend_change = ?",
        [stored, -stored],
    )
    changed.execute(
        "update performance.performance_snapshots set daily_performance_score = ?", [stored]
    )
    changed.execute("update performance.team_performance set median_score = ?", [stored])
    user = body(changed, "api.user_performance('ann')")
    assert (user["current_performance_score"], user["trend"]["change"]) == (shown, -shown)
    entry = body(changed, "api.user_history('ann')")["entries"][0]
    assert (entry["performance_score"], entry["score_change"]) == (shown, -shown)
    assert body(changed, "api.user_trends('ann')")["performance_scores"] == [shown] * 4
    assert body(changed, "api.user_trends('ann')")["statistics"]["average_score"] == shown
    assert body(changed, "api.snapshots('ann')")["snapshots"][0]["daily_performance_score"] == shown
    assert body(changed, "api.statistics('harbor')")["statistics"]["median_score"] == shown
    assert body(changed, "api.distribution('harbor')")["scores"][0] == shown
    assert body(changed, "api.logs(user_id := 'ann')")["logs"][0]["score_change"] == -shown


@pytest.mark.requirement("R001-84")
@pytest.mark.parametrize(
    ("on_time", "tasks", "percentage"),
    [
        (1, 3, 33.33),
        (2, 3, 66.67),
        (1, 800, 0.13),
        (3, 800, 0.38),
        (9, 160, 5.63),
        (1, 1, 100.0),
        (0, 7, 0.0),
    ],
)
def test_percentages_are_rounded_half_up_exactly(
    changed: duckdb.DuckDBPyConnection, on_time: int, tasks: int, percentage: float
) -> None:
    changed.execute("update performance.performance_logs set on_time_ratio = ?", [on_time / tasks])
    assert body(changed, "api.user_trends('eve')")["on_time_ratios"] == [percentage]
