"""Damaged landing files by the thousand: the run goes on, every row is accounted for, and both judges still agree."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from assets_tests.ingest import oracle
from assets_tests.ingest.data_root import DataRoot, sha256
from assets_tests.ingest.generated import File
from assets_tests.ingest.mutated import mutated, originals
from assets_tests.ingest.test_differential import expected, found
from pipelines.contracts import CONTRACTS

CONTRACT = CONTRACTS["badge_awards"]
ROWS = 4


def damaged_files(seed: int, count: int) -> list[File]:
    """Damaged files of every format in equal parts, no two alike."""
    files: dict[str, File] = {}
    rng = random.Random(f"mutations {seed}")
    while len(files) < count:
        if len(files) % 50 == 0:  # often enough to have seen every kind of header
            whole = originals(CONTRACT, rng.randrange(10**6), ROWS)
        file = rng.choice(whole)
        content = mutated(file.content, rng)
        files.setdefault(sha256(content), File(f"{len(files):05}{file.name[1:]}", content))
    return [*files.values()]


def hold_against_the_second_judge(root: DataRoot, seed: int, count: int) -> Counter[str]:
    """Take damaged files in; the formats of the files, and of those that could be read."""
    files = damaged_files(seed, count)
    for file in files:
        root.drop(f"{CONTRACT.name}/{file.name}", file.content)
    report = root.ingest()
    assert report.batch is not None
    entry = report.contracts[CONTRACT.name]
    assert len(entry.files) == count
    rows_read = {file.sha256: file.rows_read for file in entry.files}
    kept = found(root, CONTRACT, report.batch)
    lines = Counter(file_hash for file_hash, _ in kept)
    assert all(lines[file_hash] <= rows for file_hash, rows in rows_read.items())
    unreadable = {file_hash for (file_hash, line) in kept if line == 0}
    assert all(rows_read[file_hash] == lines[file_hash] == 1 for file_hash in unreadable)
    formats = Counter(file.name[5:] for file in files)
    formats.update(
        f"readable {file.name[5:]}" for file in files if sha256(file.content) not in unreadable
    )
    plain = [file for file in files if file.name.endswith((".csv", ".jsonl"))]
    wanted = expected(CONTRACT, oracle.History(CONTRACT), plain, 0)
    before = {sha256(file.content) for file in plain}
    for (file_hash, line), outcome in kept.items():
        if file_hash in before and outcome[0] == "quarantined" and outcome[1] != ("conflict",):
            assert wanted.get((file_hash, line)) == outcome
    for (file_hash, line), outcome in wanted.items():
        if outcome[0] == "quarantined" and outcome[1] != ("conflict",):
            assert kept.get((file_hash, line)) == outcome
    wanted_rows = Counter(file_hash for file_hash, _ in wanted)
    assert {file_hash: rows_read[file_hash] for file_hash in before} == {
        file_hash: wanted_rows[file_hash] for file_hash in before
    }
    return formats


def test_a_few_damaged_files_of_every_format(root: DataRoot) -> None:
    formats = hold_against_the_second_judge(root, 0, 60)
    assert {*formats} >= {".csv", ".jsonl", ".parquet", ".csv.gz", ".jsonl.zst"}


@pytest.mark.slow
@pytest.mark.parametrize("part", range(1, 5))
def test_ten_thousand_damaged_files(root: DataRoot, part: int) -> None:
    formats = hold_against_the_second_judge(root, part, 2_500)
    for suffix in (".csv", ".jsonl", ".parquet", ".csv.gz", ".jsonl.gz", ".csv.zst", ".jsonl.zst"):
        assert 0 < formats[f"readable {suffix}"] < formats[suffix], suffix
