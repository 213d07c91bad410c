"""What cannot be explained, and must not be: each in one sentence that says what to do."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from assets_tests.conftest import SampleRun
from pipelines.cli import FAILED, UNAVAILABLE, USAGE, main
from pipelines.errors import CairnError
from pipelines.explain import explain, places, source
from pipelines.explain.derivation import EXPLAINED
from pipelines.ledger import Ledger
from pipelines.publish import PERFORMANCE_DATA_UNAVAILABLE
from pipelines.settings import Settings

WEEK = [
    ("internship_instance_id", "inst_3001"),
    ("aggregation_window", "weekly"),
    ("period_start", "2026-03-01"),
]
THAT_WEEK = "internship_instance_id = 'inst_3001' and aggregation_window = 'weekly' and period_start = '2026-03-01'"


@pytest.fixture(scope="module")
def copied(sample_run: SampleRun, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return sample_run.copy_to(tmp_path_factory.mktemp("refused") / "data")


@pytest.fixture
def house(copied: Settings) -> Iterator[Settings]:
    """The sample's data root, with a warehouse to spoil."""
    whole = copied.warehouse.read_bytes()
    yield copied
    copied.warehouse.write_bytes(whole)


def spoil(settings: Settings, statement: str) -> None:
    with duckdb.connect(settings.warehouse) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(statement)


def refused(settings: Settings, says: str) -> None:
    """The week is not explained; the sentence says `says`."""
    with pytest.raises(CairnError, match=re.escape(says)):
        explain(settings, "internship_aggregates", WEEK)


@pytest.mark.parametrize(
    ("table", "key", "says"),
    [
        ("attendance_records", WEEK, f"the tables that can be are {', '.join(EXPLAINED)}."),
        (
            "performance.internship_aggregates",
            WEEK,
            "No row of 'performance.internship_aggregates'",
        ),
        ("internship_aggregates", WEEK[:2], "period_start is missing"),
        ("internship_aggregates", [*WEEK, ("user_id", "user_1001")], "user_id is no part of it"),
        ("internship_aggregates", [*WEEK, WEEK[0]], "internship_instance_id is given twice"),
        (
            "internship_aggregates",
            [],
            "named by internship_instance_id=... aggregation_window=... period_start=....",
        ),
        ("internship_aggregates", [*WEEK[:2], ("period_start", "soon")], "has no row"),
        ("user_performance", [("user_id", "user_1001' or true --")], "has no row"),
    ],
)
def test_a_row_that_is_not_there(
    table: str, key: list[tuple[str, str]], says: str, sample_run: SampleRun
) -> None:
    with pytest.raises(CairnError, match=re.escape(says)):
        explain(sample_run.settings, table, key)


def test_nothing_is_published(data_root: Settings) -> None:
    refused(data_root, f"Nothing is published in {data_root.published}")


def test_the_warehouse_is_gone(house: Settings) -> None:
    house.warehouse.unlink()
    refused(house, f"there is no {house.warehouse}; nothing was changed")
    refused(house, "`cairn run` (`--as-of 2026-04-01T00:00:00.000000Z` for the same moment)")


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("update ops.run set as_of = '2026-04-02'", "loaded for n000001-20260402T000000.000000Z-"),
        ("update ops.run set n = 2", "loaded for n000002-20260401T000000.000000Z-"),
        ("update ops.run set head = 'cafe'", "of the ledger's head cafe"),
        (
            "update ops.run set code_version = 'cafe'",
            "loaded for n000001-20260401T000000.000000Z-cafe",
        ),
        ("delete from ops.run", "the warehouse was not loaded"),
        ("drop schema ops cascade", "the warehouse was not loaded"),
        ("delete from ops.built", "did not come to its end"),
        ("update ops.built set as_of = '2026-04-02'", "did not come to its end"),
    ],
)
def test_the_warehouse_is_another_version_s(statement: str, says: str, house: Settings) -> None:
    spoil(house, statement)
    refused(house, says)


def test_the_warehouse_is_no_database(house: Settings) -> None:
    house.warehouse.write_bytes(b"no database")
    refused(house, f"The warehouse {house.warehouse} cannot be read")


def test_the_manifest_is_no_manifest(copied: Settings) -> None:
    manifest = copied.published / "current" / "manifest.json"
    content = manifest.read_text()
    manifest.write_text(content[:50])
    refused(copied, "cannot be read")
    manifest.write_text(content)


def test_other_code_made_the_version(
    sample_run: SampleRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "code_version", lambda: "cafe")
    refused(sample_run.settings, ", and this is cafe; nothing was changed")


def test_the_warehouse_s_row_is_not_the_published_one(house: Settings) -> None:
    spoil(house, f"update internships.internship_aggregates set tasks_late = 0 where {THAT_WEEK}")
    refused(house, "is another one in the warehouse than in the published version")


def test_a_number_that_does_not_follow_from_its_terms(house: Settings) -> None:
    spoil(
        house,
        "update intermediate.int_internship_days set is_attended = true"
        " where internship_instance_id = 'inst_3001' and day = '2026-03-06'",
    )
    refused(
        house,
        "attended_days of internships.internship_aggregates is 4, but sum([0, 1, 1, 1, 1, 1, 0]) is 5",
    )


def test_a_segment_is_not_what_was_committed(copied: Settings) -> None:
    segment = copied.ledger / "task_events" / "000001.parquet"
    content = segment.read_bytes()
    segment.write_bytes(content[:100])
    refused(copied, "task_events/000001.parquet has 100 bytes instead of ")
    segment.write_bytes(content)
    assert explain(copied, "internship_aggregates", WEEK).lines


def test_a_line_of_the_ledger_is_not_what_was_committed(copied: Settings) -> None:
    ledger = copied.ledger / "ledger.jsonl"
    content = ledger.read_bytes()
    ledger.write_bytes(content.replace(b"attendance_records/2026-03.csv", b"attendance.csv", 1))
    refused(copied, "ledger line 1 was edited")
    ledger.write_bytes(content)


def test_a_run_that_merges_segments_meanwhile_is_said(
    copied: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    segment = copied.ledger / "task_events" / "000001.parquet"
    held = segment.rename(segment.with_suffix(".merged"))
    monkeypatch.setattr(places, "proven", lambda settings: Ledger(settings).entries())
    refused(copied, f"because {segment} cannot be read")
    held.rename(segment)


def test_where_nothing_is_published_readers_get_the_documented_answer(
    data_root: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["user_performance", "user_id=user_1001", "--data", str(data_root.data)]
    assert main(["explain", *arguments]) == UNAVAILABLE
    told = capsys.readouterr()
    assert json.loads(told.out) == PERFORMANCE_DATA_UNAVAILABLE
    assert told.err.startswith(f"Nothing is published in {data_root.published}")


def test_the_command_fails_in_one_sentence(
    sample_run: SampleRun, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(sample_run.settings.data)]
    assert main(["explain", "user_performance", "user_id=nobody", *data]) == FAILED
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(
        "performance.user_performance has no row user_id=nobody in the published version;"
    )
    assert len(told.err.splitlines()) == 1


@pytest.mark.parametrize("key", ["user_1001", "=user_1001"])
def test_what_names_no_value_is_a_fault_of_usage(
    key: str, data_root: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["explain", "user_performance", key, "--data", str(data_root.data)])
    assert left.value.code == USAGE
    told = capsys.readouterr()
    assert told.out == ""
    assert "names no value; write user_id=user_1001" in told.err


def test_explaining_writes_nothing_and_needs_neither_dagster_nor_dbt(
    sample_run: SampleRun,
) -> None:
    before = _stamps(sample_run.settings.data)
    code = (
        "import sys; from pipelines.cli import main;"
        " assert main(['explain', 'user_performance', 'user_id=user_1001', '--data', sys.argv[1]]) == 0;"
        " sys.exit(any(name.split('.')[0] in ('dagster', 'dagster_dbt', 'dbt') for name in sys.modules))"
    )
    command = [sys.executable, "-c", code, str(sample_run.settings.data)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("performance.user_performance  user_id=user_1001\n")
    assert _stamps(sample_run.settings.data) == before


def _stamps(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
