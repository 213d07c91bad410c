"""From a batch and a place in its segment back to the line that landed, in every format and after a file has gone."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from assets_tests.ingest.data_root import DataRoot
from pipelines.explain.places import Signal, lines_of
from pipelines.ledger import segments_of
from pipelines.warehouse import scratch

MOMENT = datetime(2026, 3, 1, 9, tzinfo=UTC)


def signal(batch: int, row: int, what: str = "") -> Signal:
    return Signal("lecture_members", batch, row, MOMENT, what)


@pytest.fixture(params=["a segment each", "merged"])
def root(tmp_path: Path, request: pytest.FixtureRequest) -> DataRoot:
    """Two batches: a CSV with a row over two lines and a broken one, then JSONL with a blank line, and Parquet.

    Their segments are as they were written, or were merged by a third.
    """
    root = DataRoot(tmp_path / "data", merge_segments=2)
    root.drop(
        "lecture_members/first.csv",
        'lecture_id,user_id,note\nl,ann,"two\nlines"\nl,,\nl,ben,\nl,ann,again\n',
    )
    root.ingest()
    root.drop(
        "lecture_members/second.jsonl",
        '{"lecture_id": "l", "user_id": "cem"}\n\n{"lecture_id": "l", "user_id": "dee"}\n',
    )
    root.drop(
        "lecture_members/third.parquet",
        pa.table({"lecture_id": ["l", "l"], "user_id": ["ann", "eve"]}),
    )
    root.ingest()
    if request.param == "merged":
        root.taken("lecture_members", "fourth.csv", "lecture_id,user_id\nl,flo\n")
        [merged, _] = segments_of(root.ledger.entries(), "lecture_members")
        assert [*merged.rows] == [1, 2]
    return root


def test_each_row_of_the_ledger_leads_back_to_its_line(root: DataRoot) -> None:
    landing = root.settings.landing / "lecture_members"
    hashes = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in landing.iterdir()
    }
    (landing / "second.jsonl").rename(landing / "renamed.jsonl")
    (landing / "first.csv").unlink()
    rows = [(1, 1), (1, 2), (2, 1), (2, 2), (2, 3)]
    with scratch(root.settings) as connection:
        lines = lines_of(root.settings, connection, [signal(*place) for place in rows])
    assert [(line.file, line.line, line.batch) for line in lines] == [
        ("lecture_members/first.csv", 2, 1),
        ("lecture_members/first.csv", 5, 1),
        ("lecture_members/second.jsonl", 1, 2),
        ("lecture_members/second.jsonl", 3, 2),
        ("lecture_members/third.parquet", 2, 2),
    ]
    assert all(line.sha256 == hashes[Path(line.file).name] for line in lines)


def test_no_signals_have_no_lines(root: DataRoot) -> None:
    with scratch(root.settings) as connection:
        assert lines_of(root.settings, connection, []) == []
