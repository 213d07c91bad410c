"""The benchmarks' world: nothing in it is refused, nothing leads nowhere, and it is the same in every format."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from assets_tests.ingest.data_root import DataRoot
from benchmarks.landing import FORMATS, SHARES, Delivery, World, write_landing
from pipelines.contracts import CONTRACTS
from pipelines.contracts.model import Kind

SMALL = World(users=60, organizations=3, weeks=8, signals_per_user=50)


def test_each_signal_has_its_share() -> None:
    assert {*SHARES} == {name for name, c in CONTRACTS.items() if c.kind is Kind.EVENT}
    assert sum(SHARES.values()) == 1000


@pytest.mark.slow
def test_every_format_lands_the_same_rows_and_none_is_refused(root: DataRoot) -> None:
    counts = {format_: write_landing(root.settings.landing, SMALL, format_) for format_ in FORMATS}
    (rows,) = {*counts.values()}
    report = root.ingest()
    assert {*report.contracts} == {*CONTRACTS}
    for name, entry in report.contracts.items():
        assert entry.quarantined == 0, (name, report.reasons)
        assert entry.accepted * len(FORMATS) == entry.rows_read
    assert sum(entry.accepted for entry in report.contracts.values()) == rows


def test_what_is_broken_late_or_repeated_is_so_by_its_share(root: DataRoot) -> None:
    world = replace(SMALL, users=500)
    write_landing(root.settings.landing, world, "csv", contracts=["step_events"])
    assert root.ingest().contracts["step_events"].accepted == 500 * 20
    again = Delivery(first=0.99, past=1.01, broken=0.1)
    write_landing(root.settings.landing, world, "jsonl", again, ["step_events"])
    night = root.ingest().contracts["step_events"]
    assert night.rows_read == 200
    assert 0 < night.quarantined < 60
    assert 0 < night.duplicates < 100 < night.accepted + night.quarantined + night.duplicates


@pytest.mark.parametrize("format_", FORMATS)
def test_the_same_world_is_the_same_bytes(tmp_path: Path, format_: str) -> None:
    for folder in ("once", "again"):
        write_landing(tmp_path / folder, SMALL, format_)
    files = sorted(path.relative_to(tmp_path / "once") for path in tmp_path.glob("once/*/*"))
    assert len(files) == len(CONTRACTS)
    for file in files:
        assert (tmp_path / "once" / file).read_bytes() == (tmp_path / "again" / file).read_bytes()


def test_another_seed_is_another_world() -> None:
    scores = []
    for seed in (1, 2):
        with duckdb.connect() as connection:
            replace(SMALL, seed=seed).define(connection)
            scores.append(connection.sql("select score from step_events(60, 180)").fetchall())
    assert scores[0] != scores[1]
