"""`ingest` against the second judge in `oracle`: the same values, reasons, duplicates and conflicts, row for row."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from assets_tests.ingest import generated, oracle
from assets_tests.ingest.data_root import DataRoot, sha256
from assets_tests.ingest.generated import File
from pipelines.contracts import CONTRACTS
from pipelines.contracts.model import Contract, Type

Outcomes = dict[tuple[str, int], tuple[Any, ...]]


def files_of(contract: Contract, seed: int, rows: int) -> list[File]:
    rng = random.Random(f"{contract.name} {seed}")
    return [
        generated.csv_file(contract, rng, rows, f"{seed}.csv"),
        generated.jsonl_file(contract, rng, rows, f"{seed}.jsonl"),
        generated.machine_jsonl_file(contract, rng, rows, f"{seed}-machine.jsonl"),
        generated.parquet_file(contract, rng, rows, f"{seed}.parquet"),
    ]


def expected(contract: Contract, history: oracle.History, files: list[File], time: int) -> Outcomes:
    """What the second judge says of every row of a batch."""
    outcomes: Outcomes = {}
    judged: list[tuple[str, oracle.Judged]] = []
    for file in files:
        file_hash = sha256(file.content)
        try:
            rows = file.rows if file.rows is not None else read(file)
        except oracle.UnreadableError:
            outcomes[file_hash, 0] = ("quarantined", ("unreadable_file",))
            continue
        is_csv = file.name.endswith(".csv")
        for given in rows:
            row = oracle.judge(contract, given, bars=is_csv)
            judged.append((file_hash, row))
            if row.reasons:
                outcomes[file_hash, row.line] = ("quarantined", row.reasons)
    for place, (status, values) in history.take(judged, time).items():
        if status == "accepted":
            outcomes[place] = ("accepted", values)
        elif status == "conflict":
            outcomes[place] = ("quarantined", ("conflict",))
        else:
            outcomes[place] = ("duplicate",)
    return outcomes


def read(file: File) -> list[oracle.Given]:
    if file.name.endswith(".csv"):
        return oracle.read_csv(file.content)
    return oracle.read_jsonl(file.content)


def found(root: DataRoot, contract: Contract, batch: int) -> Outcomes:
    """What `ingest` said of every row of a batch that it kept; of duplicates only their number is known."""
    entry = root.ledger.entries()[batch - 1].contracts[contract.name]
    outcomes: Outcomes = {}
    for row in root.opened(contract.name, entry.segment, "segment"):
        values = {
            column.name: oracle.typed(column, row[column.name]) for column in contract.columns
        }
        outcomes[row["_file"], row["_line"]] = ("accepted", values)
    for row in root.opened(contract.name, entry.quarantine, "quarantine"):
        outcomes[row["_file"], row["_line"]] = ("quarantined", tuple(row["reasons"]))
    return outcomes


def differences(root: DataRoot, seeds: range, rows: int, names: list[str]) -> list[str]:
    """Every row on which the two judges differ; batches are taken in the order of the seeds."""
    histories = {name: oracle.History(CONTRACTS[name]) for name in names}
    problems: list[str] = []
    for seed in seeds:
        files = {name: files_of(CONTRACTS[name], seed, rows) for name in names}
        for name, dropped in files.items():
            for file in dropped:
                root.drop(f"{name}/{file.name}", file.content)
        report = root.ingest()
        assert report.batch is not None
        time = oracle.typed(CONTRACTS[names[0]].columns[0], root.ledger.entries()[-1].time)
        for name in names:
            wanted = expected(CONTRACTS[name], histories[name], files[name], time)
            kept = found(root, CONTRACTS[name], report.batch)
            statuses = Counter(outcome[0] for outcome in wanted.values())
            assert statuses["accepted"], f"{name}: nothing was accepted, the test shows nothing"
            counts = report.contracts[name]
            if counts.rows_read != len(wanted) or counts.duplicates != statuses["duplicate"]:
                problems.append(f"{name} {seed}: {counts.rows_read} read, {statuses} wanted")
            names_of_hashes = {sha256(file.content): file.name for file in files[name]}
            for place in sorted({*wanted, *kept}):
                want = wanted.get(place, ("no row",))
                have = kept.get(place, ("duplicate",))
                if want != have:
                    where = f"{name}/{names_of_hashes[place[0]]}:{place[1]}"
                    problems.append(f"{where}: wanted {want}, got {have}")
    return problems


@pytest.mark.slow
def test_both_judges_agree_on_rows_of_every_type(root: DataRoot) -> None:
    names = ["internships", "task_assignments", "step_events", "registration_policies"]
    assert {column.type for name in names for column in CONTRACTS[name].columns} == {*Type}
    assert differences(root, range(2), 60, names) == []


@pytest.mark.slow
@pytest.mark.parametrize("domain", sorted({contract.domain for contract in CONTRACTS.values()}))
def test_both_judges_agree_on_thousands_of_rows(root: DataRoot, domain: str) -> None:
    names = [name for name, contract in CONTRACTS.items() if contract.domain == domain]
    assert differences(root, range(100, 102), 350, names) == []
