"""The warehouse is a cache of the ledger: it can be lost, foreign or old, and becomes the same again."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets_tests.ingest.data_root import DataRoot
from assets_tests.ingest.test_csv import HEADER, row
from pipelines.contracts import CONTRACTS
from pipelines.contracts.model import Column, Type
from pipelines.errors import CairnError
from pipelines.ledger import verify
from pipelines.privacy import key_problems
from pipelines.run import Run
from pipelines.warehouse import LoadReport, connect, load, loading, record_metrics

pytestmark = pytest.mark.slow

AS_OF = datetime(2026, 4, 1, tzinfo=UTC)
FILES = {
    "badge_awards/a.csv": "\n".join([HEADER, row("a"), "broken", "", row("b", '"two\nlines"')]),
    "badge_awards/b.jsonl": '{"badge_award_id":"c","student_id":7,"badge":"x","occurred_at":"2026-01-01"}\n[]\n',
    "internships/i.csv": "internship_instance_id,user_id,employer_id,starts_on,ends_on\ni,u,e,2026-01-01,2026-02-01\n",
    "projects/p.jsonl": '{"project_id":"p","metadata":{"b":1,"a":[2]}}\n{"project_id":"q","is_deleted":true}\n',
    "assessments/a.csv": "assessment_id,lecture_id,title,max_points\na,l,T,12.5\n",
}


def run(root: DataRoot, run_id: str = "run") -> Run:
    return Run(run_id, root.ledger.position, AS_OF, root.ledger.head, "code")


def loaded(root: DataRoot) -> LoadReport:
    return load(root.settings, run(root))


def content(root: DataRoot) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that `load` makes."""
    with connect(root.settings) as connection:
        tables = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
            " where table_type = 'BASE TABLE' order by all"
        ).fetchall()
        return {
            name: connection.execute(f"select * from {name} order by all").fetchall()
            for (name,) in tables
        }


@pytest.fixture
def fed(root: DataRoot) -> DataRoot:
    """Two batches in the ledger, nothing loaded yet."""
    for name, text in FILES.items():
        root.drop(name, text)
    root.ingest()
    root.taken(
        "badge_awards", "later.csv", f"{HEADER}\n{row('d')}\n{row('a')}\n{row('a', 'moon')}\n"
    )
    return root


def test_every_accepted_row_is_in_raw_with_its_place(fed: DataRoot) -> None:
    report = loaded(fed)
    assert report.rebuilt
    assert report.rows == {"badge_awards": 4, "internships": 1, "projects": 2, "assessments": 1}
    tables = content(fed)
    assert {name for name in tables if name.startswith("raw.")} >= {
        f"raw.{name}" for name in CONTRACTS
    }
    places = [(key, batch, place) for key, *_, batch, place in tables["raw.badge_awards"]]
    assert sorted((batch, place) for _, batch, place in places) == [(1, 1), (1, 2), (1, 3), (2, 1)]
    for contract in report.rows:
        accepted = sum(
            entry.contracts[contract].accepted
            for entry in fed.ledger.entries()
            if contract in entry.contracts
        )
        assert len(tables[f"raw.{contract}"]) == accepted
    (internship,) = tables["raw.internships"]
    assert internship[6] == sorted(["mon", "tue", "wed", "thu", "fri"])
    assert internship[7:] == (None, datetime(1970, 1, 1, tzinfo=UTC), False, 1, 1)
    projects = [values[0:1] + values[3:4] + values[5:6] for values in tables["raw.projects"]]
    assert projects == [("p", '{"a":[2],"b":1}', False), ("q", None, True)]


def test_every_raw_row_leads_back_to_its_landing_line(fed: DataRoot) -> None:
    loaded(fed)
    with connect(fed.settings) as connection:
        rows = connection.execute(
            "select badge_award_id, _batch, _row from raw.badge_awards"
        ).fetchall()
    entries = fed.ledger.entries()
    found = {}
    for key, batch, place in rows:
        entry = entries[batch - 1].contracts["badge_awards"]
        segment_row = fed.read(entry.segment)[place - 1]
        (file,) = [file for file in entry.files if file.sha256 == segment_row["_file"]]
        lines = (fed.settings.landing / file.name).read_text().split("\n")
        assert key in lines[segment_row["_line"] - 1]
        found[key] = (file.name, segment_row["_line"])
    assert found == {
        "a": ("badge_awards/a.csv", 2),
        "b": ("badge_awards/a.csv", 5),
        "c": ("badge_awards/b.jsonl", 1),
        "d": ("badge_awards/later.csv", 2),
    }


def test_the_books_say_what_the_ledger_says(fed: DataRoot) -> None:
    loaded(fed)
    tables = content(fed)
    entries = fed.ledger.entries()
    assert tables["raw.ledger_batches"] == [
        (entry.batch, entry.time, entry.hash) for entry in entries
    ]
    assert tables["raw.ledger_accounting"] == sorted(
        (entry.batch, name, of.rows_read, of.accepted, of.duplicates, of.quarantined, len(of.files))
        for entry in entries
        for name, of in entry.contracts.items()
    )
    kept = [
        (batch, contract, line, file, reasons, raw)
        for batch, contract, _, line, file, reasons, raw in tables["raw.ledger_quarantine"]
    ]
    assert sorted(kept) == [
        (1, "badge_awards", 2, "badge_awards/b.jsonl", ["malformed"], "[]"),
        (1, "badge_awards", 3, "badge_awards/a.csv", ["malformed"], "broken"),
        (2, "badge_awards", 4, "badge_awards/later.csv", ["conflict"], row("a", "moon")),
    ]
    assert tables["ops.run"] == [("run", 2, AS_OF, fed.ledger.head, "code")]


@pytest.mark.requirement("R000-42")
def test_loading_again_changes_nothing_but_the_run(fed: DataRoot) -> None:
    loaded(fed)
    before = content(fed)
    again = load(fed.settings, run(fed, "again"))
    assert (again.rows, again.rebuilt) == ({}, False)
    after = content(fed)
    assert after.pop("ops.run") == [("again", 2, AS_OF, fed.ledger.head, "code")]
    before.pop("ops.run")
    assert after == before


def test_batch_by_batch_is_the_same_as_all_at_once(root: DataRoot) -> None:
    for name, text in FILES.items():
        root.drop(name, text)
        root.ingest()
        report = loaded(root)
        assert sum(report.rows.values()) >= 1
    step_by_step = content(root)
    root.settings.warehouse.unlink()
    assert loaded(root).rebuilt
    assert content(root) == step_by_step


def foreign(root: DataRoot) -> None:
    """The warehouse of another ledger."""
    other = DataRoot(root.settings.data / "other")
    other.taken("badge_awards", "x.csv", f"{HEADER}\n{row('x')}\n")
    loaded(other)
    other.settings.warehouse.replace(root.settings.warehouse)


def foreign_without_rows(root: DataRoot) -> None:
    """The warehouse of another ledger whose batches hold no segment."""
    other = DataRoot(root.settings.data / "other")
    other.taken("badge_awards", "x.csv", f"{HEADER}\n")
    loaded(other)
    other.settings.warehouse.replace(root.settings.warehouse)


def outdated(root: DataRoot) -> None:
    with connect(root.settings) as connection:
        connection.execute("update ops.layout set digest = 'of last year'")
        connection.execute("alter table raw.badge_awards drop column badge")


def not_a_database(root: DataRoot) -> None:
    root.settings.warehouse.write_bytes(b"no database at all" * 1000)


def deleted(root: DataRoot) -> None:
    root.settings.warehouse.unlink()


def empty_database(root: DataRoot) -> None:
    deleted(root)
    duckdb.connect(root.settings.warehouse).close()


def damaged(root: DataRoot) -> None:
    whole = root.settings.warehouse.read_bytes()
    root.settings.warehouse.write_bytes(whole[:4096] + bytes(8192) + whole[12288:])


def cut_short(root: DataRoot) -> None:
    whole = root.settings.warehouse.read_bytes()
    root.settings.warehouse.write_bytes(whole[: len(whole) // 2])


@pytest.mark.parametrize(
    ("happening", "damage"),
    [
        *((happening, "None") for happening in (deleted, foreign, foreign_without_rows, outdated)),
        (not_a_database, "not a valid DuckDB database file"),
        (empty_database, "None"),
        (damaged, "Corrupt"),
        (cut_short, "Could not read enough bytes"),
    ],
)
def test_any_other_warehouse_is_built_anew(fed: DataRoot, happening: Any, damage: str) -> None:
    loaded(fed)
    before = content(fed)
    happening(fed)
    report = loaded(fed)
    assert report.rebuilt
    assert damage in str(report.damage)
    assert report.rows == {"badge_awards": 4, "internships": 1, "projects": 2, "assessments": 1}
    assert content(fed) == before


@pytest.mark.parametrize("memory_limit", ["0MB", "lots"])
def test_a_warehouse_that_the_machine_does_not_let_be_read_is_kept(
    fed: DataRoot, memory_limit: str
) -> None:
    loaded(fed)
    before = fed.settings.warehouse.read_bytes()
    settings = fed.settings.model_copy(update={"memory_limit": memory_limit})
    with pytest.raises(duckdb.Error, match=r"[Mm]emory"):
        load(settings, run(fed))
    assert fed.settings.warehouse.read_bytes() == before
    assert loaded(fed).rebuilt is False


def test_a_load_that_is_interrupted_leaves_whole_batches(
    fed: DataRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_quarantine = loading._load_quarantine

    def crash_in_the_second_batch(*args: Any) -> None:
        if args[3] == 2:
            raise KeyboardInterrupt
        load_quarantine(*args)

    with monkeypatch.context() as patched:
        patched.setattr(loading, "_load_quarantine", crash_in_the_second_batch)
        with pytest.raises(KeyboardInterrupt):
            loaded(fed)
    interrupted = content(fed)
    assert [batch for batch, *_ in interrupted["raw.ledger_batches"]] == [1]
    assert {values[-2] for values in interrupted["raw.badge_awards"]} == {1}
    report = loaded(fed)
    assert (report.rows, report.rebuilt) == ({"badge_awards": 1}, False)
    after = content(fed)
    fed.settings.warehouse.unlink()
    loaded(fed)
    assert content(fed) == after


def test_what_was_opened_goes_from_the_connection_with_its_insert(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    root.taken("users", "users.csv", "user_id,username,role\n1,ada,student\n2,bob,wizard\n")
    left: list[list[Any]] = []
    set_run = loading._set_run

    def look(connection: duckdb.DuckDBPyConnection, *args: Any) -> None:
        left.append(connection.execute("from duckdb_views() where not internal").fetchall())
        set_run(connection, *args)

    monkeypatch.setattr(loading, "_set_run", look)
    assert loaded(root).rows == {"users": 1}
    assert left == [[]]


def test_metrics_are_recorded_per_run(fed: DataRoot) -> None:
    loaded(fed)
    with connect(fed.settings) as connection:
        record_metrics(connection, "run", {("seconds", "ingest"): 1.5})
    assert content(fed)["raw.run_metrics"] == [("run", "seconds", "ingest", 1.5)]


@pytest.mark.parametrize("merge_segments", [8, 2])
@pytest.mark.parametrize(("contract", "key"), [("skills", "skill_id"), ("users", "user_id")])
def test_a_contract_may_get_another_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, contract: str, key: str, merge_segments: int
) -> None:
    root = DataRoot(tmp_path / "data", merge_segments=merge_segments)
    name = "skill_name" if contract == "skills" else "username"
    old = f"{key},{name}\na,A\n"
    for file in ("a.csv", "b.csv"):
        root.taken(contract, file, old.replace("a,A", f"{file},A"))
    grown = (*CONTRACTS[contract].declared, Column("nickname", Type.TEXT))
    monkeypatch.setitem(CONTRACTS, contract, replace(CONTRACTS[contract], declared=grown))
    entry = root.taken(contract, "c.csv", f"{key},{name},nickname\na.csv,A,\nc.csv,C,see\n")
    assert (entry.accepted, entry.duplicates) == (1, 1)
    root.taken(contract, "d.csv", f"{key},{name}\nd.csv,D\n")
    assert verify(root.settings) + key_problems(root.settings) == []
    load(root.settings, run(root))
    with connect(root.settings) as connection:
        rows = connection.execute(f"select {key}, nickname from raw.{contract} order by all")
        assert rows.fetchall() == [
            ("a.csv", None),
            ("b.csv", None),
            ("c.csv", "see"),
            ("d.csv", None),
        ]


def test_an_empty_ledger_makes_empty_tables(root: DataRoot) -> None:
    report = loaded(root)
    assert (report.rows, report.rebuilt) == ({}, True)
    tables = content(root)
    assert all(rows == [] for name, rows in tables.items() if name.startswith("raw."))
    assert tables["ops.run"][0][1] == 0


def test_a_warehouse_that_is_open_elsewhere_is_waited_for_and_then_said_clearly(
    fed: DataRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dbt of a run that was killed may go on for a while."""
    loaded(fed)
    hold = "import duckdb, sys, time; held = duckdb.connect(sys.argv[1]); print(flush=True); time.sleep(1.5)"
    with subprocess.Popen(
        [sys.executable, "-c", hold, fed.settings.warehouse], stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with monkeypatch.context() as patched:
            patched.setattr("pipelines.warehouse.connection.PATIENCE_SECONDS", 0)
            with pytest.raises(CairnError, match=r"is open elsewhere .*; close it there"):
                loaded(fed)
        assert loaded(fed).rebuilt is False
