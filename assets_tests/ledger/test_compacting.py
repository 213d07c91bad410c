"""Small segments become one file, and the ledger means what it meant: the chain records it, and `verify` proves it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from assets_tests.crashing import CrashError, crashing
from assets_tests.ingest.data_root import DataRoot
from assets_tests.ledger.nights import NIGHTS, landed, merging, night, plain
from assets_tests.ledger.test_verify import assert_found_and_refused, edit, lines, rewrite
from pipelines.contracts import CONTRACTS
from pipelines.errors import CairnError
from pipelines.ingest import batch
from pipelines.ledger import compacting, segments, verify
from pipelines.ledger.chain import read_line

pytestmark = pytest.mark.slow

BADGES = "ledger/badge_awards"

# Lines of a ledger that was written before segments were merged.
OLD_LINES = (
    '{"batch":1,"contracts":{"badge_awards":{"accepted":0,"duplicates":0,"files":[{"ignored_columns":[],"name":'
    '"badge_awards/a.csv","rows_read":0,"sha256":"5342e852509938848a3378cfdc20248349c5ae7cc23690829ad86eec077da0e4"}],'
    '"quarantine":null,"quarantined":0,"rows_read":0,"segment":null}},'
    '"hash":"6dde5641034f90e172dd6b7a84ba57920995486ec06e0885b55d79f47a332666",'
    '"prev":"0000000000000000000000000000000000000000000000000000000000000000","time":"2026-04-01T00:00:00Z"}\n'
    '{"batch":2,"contracts":{"badge_awards":{"accepted":0,"duplicates":0,"files":[{"ignored_columns":["é"],"name":'
    '"badge_awards/b.csv","rows_read":0,"sha256":"c79d940d86df3a5f3d288e12ad029a3b932a8208abf54bf5c41f786cea780c00"}],'
    '"quarantine":null,"quarantined":0,"rows_read":0,"segment":null}},'
    '"hash":"07f31aef6dd7260205eae42aacb7802cd243becf771c998ffcb91d2570449833",'
    '"prev":"6dde5641034f90e172dd6b7a84ba57920995486ec06e0885b55d79f47a332666","time":"2026-04-02T00:00:00Z"}\n'
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> DataRoot:
    """Seven nights whose segments were merged as often as can be."""
    return merging(tmp_path_factory.mktemp("merging"))


@pytest.fixture(scope="module")
def unmerged(tmp_path_factory: pytest.TempPathFactory) -> DataRoot:
    """The same nights, every segment as its batch wrote it."""
    return plain(tmp_path_factory.mktemp("plain"))


@pytest.fixture
def compacted(whole: DataRoot, tmp_path: Path) -> DataRoot:
    """The same, to be damaged."""
    shutil.copytree(whole.settings.data, tmp_path / "data")
    return DataRoot(tmp_path / "data", merge_segments=2)


def files(root: DataRoot, contract: str = "badge_awards") -> list[str]:
    """The Parquet files in a contract's folder."""
    return sorted(path.stem for path in (root.settings.ledger / contract).iterdir())


def reseal(root: DataRoot, number: int, change: Callable[[dict[str, Any]], None]) -> None:
    """Change a line as somebody would who can write the whole ledger: it and all after it are sealed again."""
    changed = lines(root)
    edited = []
    for place, line in enumerate(changed[number - 1 :]):
        said = json.loads(line)
        if place == 0:
            change(said)
        else:
            said["prev"] = edited[-1].hash
        edited.append(read_line(json.dumps(said).encode()).sealed())
    rewrite(root, [*changed[: number - 1], *(entry.line() for entry in edited)])


def test_neighbours_are_merged_as_soon_as_they_are_enough_and_each_row_once_per_level(
    whole: DataRoot,
) -> None:
    entries = whole.ledger.entries()
    seen = [
        [(min(file.rows), max(file.rows), file.level) for file in held["badge_awards"]]
        for held in (segments(entries[:n]) for n in range(1, NIGHTS + 1))
    ]
    assert seen == [
        [(1, 1, 0)],
        [(1, 1, 0), (2, 2, 0)],
        [(1, 2, 1), (3, 3, 0)],
        [(1, 2, 1), (3, 3, 0), (4, 4, 0)],
        [(1, 2, 1), (3, 4, 1), (5, 5, 0)],
        [(1, 4, 2), (5, 5, 0), (6, 6, 0)],
        [(1, 4, 2), (5, 6, 1), (7, 7, 0)],
    ]
    assert files(whole) == ["000001-000004", "000005-000006", "000007"]
    assert files(whole, "projects") == ["000001-000004", "000007"]


def test_a_ledger_that_was_never_merged_is_merged_at_once(
    unmerged: DataRoot, tmp_path: Path
) -> None:
    shutil.copytree(unmerged.settings.data, tmp_path / "data")
    root = DataRoot(tmp_path / "data", merge_segments=2)
    night(root, NIGHTS, "badge_awards")
    assert files(root) == ["000001-000007", "000008"]
    assert files(root, "users") == ["000001-000007"]
    assert verify(root.settings) == []


def test_a_large_file_is_left_as_it_is(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(2):
        night(root, number, "badge_awards")
    first = root.settings.data / BADGES / "000001.parquet"
    monkeypatch.setattr(compacting, "LARGE_BYTES", first.stat().st_size)
    merging = DataRoot(root.settings.data, merge_segments=2)
    night(merging, 2, "badge_awards")
    assert files(merging) == ["000001", "000002", "000003"]


def test_the_same_rows_are_accepted_repeated_and_refused(
    whole: DataRoot, unmerged: DataRoot
) -> None:
    assert len(files(whole)) < len(files(unmerged)) == NIGHTS
    for contract in CONTRACTS:
        assert whole.accepted(contract) == unmerged.accepted(contract)
        assert whole.quarantined(contract) == unmerged.quarantined(contract)
    for mine, theirs in zip(whole.ledger.entries(), unmerged.ledger.entries(), strict=True):
        assert (mine.batch, mine.time) == (theirs.batch, theirs.time)
        for contract, taken in theirs.contracts.items():
            if contract != "users":  # sealed with other keys
                assert mine.contracts[contract] == taken
    counts = [entry.contracts["badge_awards"] for entry in whole.ledger.entries()]
    assert all(taken.duplicates > 0 and taken.quarantined > 1 for taken in counts[2:])


@pytest.mark.parametrize("contract", ["badge_awards", "organizations", "projects"])
def test_all_files_of_a_contract_are_read_together_as_they_were(
    whole: DataRoot, unmerged: DataRoot, contract: str
) -> None:
    """As the README has it: by the folder's name."""
    merged, single = (
        duckdb.sql(f"select * from '{root.settings.ledger / contract}/*.parquet' order by all")
        for root in (whole, unmerged)
    )
    assert merged.types == single.types
    assert merged.fetchall() == single.fetchall()


def test_the_batch_that_merges_says_so_in_its_line_and_nothing_else_does(whole: DataRoot) -> None:
    said = [json.loads(line) for line in lines(whole)]
    assert "compacted" not in said[0] and "compacted" not in said[1]
    assert said[2]["compacted"]["badge_awards"]["file"]["path"] == f"{BADGES}/000001-000002.parquet"
    assert verify(whole.settings) == []


def test_an_older_ledger_verifies_byte_for_byte(root: DataRoot) -> None:
    root.settings.ledger.mkdir(parents=True)
    root.ledger.file.write_text(OLD_LINES)
    assert verify(root.settings) == []
    assert b"".join(entry.line() for entry in root.ledger.entries()).decode() == OLD_LINES
    root.ledger.file.write_text(OLD_LINES.replace('{"batch":1,', '{"batch":1,"compacted":{},'))
    assert "ledger line 1 was edited" in verify(root.settings)[0]


def test_every_flipped_byte_of_a_merged_file(compacted: DataRoot) -> None:
    name = f"{BADGES}/{files(compacted)[0]}.parquet"
    path = compacted.settings.data / name
    content = path.read_bytes()
    for place in range(0, len(content), 97):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        assert verify(compacted.settings) == [
            f"batches 1 to 4: {name} was changed: its SHA-256 is another one"
        ]
    assert_found_and_refused(compacted, f"batches 1 to 4: {name} was changed")
    path.write_bytes(content[:-1])
    assert_found_and_refused(compacted, f"{name} has {len(content) - 1} bytes instead of")
    path.unlink()
    assert_found_and_refused(compacted, f"batches 1 to 4: {name} is missing")


def merges(root: DataRoot) -> int:
    """The line that put the oldest file of badges in its place."""
    return max(
        entry.batch
        for entry in root.ledger.entries()
        if entry.compacted.get("badge_awards") and entry.compacted["badge_awards"].first == 1
    )


def test_an_edited_or_removed_record(compacted: DataRoot) -> None:
    number = merges(compacted)
    whole = lines(compacted)

    def count_up(said: dict[str, Any]) -> None:
        said["compacted"]["badge_awards"]["file"]["rows"] += 1

    def drop(said: dict[str, Any]) -> None:
        del said["compacted"]["badge_awards"]

    for change in (count_up, drop):
        edit(compacted, number, change)
        assert f"ledger line {number} was edited" in verify(compacted.settings)[0]
        rewrite(compacted, whole)
    assert verify(compacted.settings) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"rows": 1}, "has 1 rows instead of the 8 of batches 1 to 4"),
        ({"first": 2}, "takes the place of segments that badge_awards does not have"),
        ({"last": 6}, "takes the place of segments that badge_awards does not have"),
        ({"last": 3}, "takes the place of segments that badge_awards does not have"),
    ],
)
def test_a_record_that_contradicts_the_lines_even_when_all_is_sealed_again(
    compacted: DataRoot, change: dict[str, int], problem: str
) -> None:
    def contradict(said: dict[str, Any]) -> None:
        record = said["compacted"]["badge_awards"]
        for name, value in change.items():
            (record["file"] if name == "rows" else record)[name] = value

    reseal(compacted, merges(compacted), contradict)
    assert_found_and_refused(compacted, problem)


def test_counts_of_a_batch_that_are_not_those_of_the_merged_file(compacted: DataRoot) -> None:
    def count_down(said: dict[str, Any]) -> None:
        said["contracts"]["badge_awards"]["segment"]["rows"] -= 1

    reseal(compacted, 2, count_down)
    assert_found_and_refused(compacted, "rows instead of the")


def test_a_shortened_ledger_whose_end_had_merged(compacted: DataRoot) -> None:
    rewrite(compacted, lines(compacted)[: merges(compacted) - 1])
    assert any("is missing" in problem for problem in verify(compacted.settings))
    rewrite(compacted, lines(compacted)[:2])
    assert any(
        f"the ledger was shortened: {BADGES}/000001-000004.parquet is there" in problem
        for problem in verify(compacted.settings)
    )


def test_merged_segments_that_are_there_again_are_no_part_of_the_ledger(
    compacted: DataRoot,
) -> None:
    before = compacted.snapshot()
    back = compacted.settings.data / BADGES / "000001.parquet"
    back.write_bytes(b"from a backup")
    assert verify(compacted.settings) == []
    assert compacted.ingest().swept == (f"{BADGES}/000001.parquet",)
    assert compacted.snapshot() == before


def test_a_merged_file_without_the_rows_of_its_parts_is_refused(
    compacted: DataRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if a disk gave other bytes than a moment before."""
    night(compacted, NIGHTS, "badge_awards")
    number = max(int(name) for name in files(compacted) if name.isdecimal())
    path = compacted.settings.data / BADGES / f"{number:06d}.parquet"
    before = compacted.ledger.file.read_bytes()
    compact = compacting.compact

    def damaged(*args: Any) -> Any:
        pq.write_table(pq.read_table(path).slice(1), path)
        return compact(*args)

    monkeypatch.setattr(batch, "compact", damaged)
    with pytest.raises(CairnError, match="gave 3 rows instead of 4; nothing was committed"):
        night(compacted, NIGHTS + 1, "badge_awards")
    assert compacted.ledger.file.read_bytes() == before


@pytest.mark.parametrize(
    ("target", "name", "steps"), [(os, "fsync", 10), (Path, "replace", 3), (Path, "unlink", 2)]
)
def test_a_crash_at_any_step_leaves_a_valid_ledger_and_the_next_run_ends_it(
    root: DataRoot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    target: Any,
    name: str,
    steps: int,
) -> None:
    for number in range(2):
        night(root, number, "badge_awards")
    root.drop("badge_awards/2.csv", landed(2)["badge_awards"])
    whole, rows = result(root, tmp_path / "whole", lambda _: None)
    original = getattr(target, name)
    for step in range(100):
        fate = []

        def crash(killed: DataRoot, step: int = step, fate: list[int] = fate) -> None:
            with monkeypatch.context() as patched:
                patched.setattr(target, name, crashing(original, after=step))
                with suppress(CrashError):
                    killed.ingest()
                    fate.append(step)
            assert verify(killed.settings) == []
            assert killed.ledger.position in (2, 3)

        assert result(root, tmp_path / f"{name}{step}", crash) == (whole, rows)
        if fate:
            break
    assert step == steps


def result(
    root: DataRoot, folder: Path, before: Callable[[DataRoot], None]
) -> tuple[list[Any], list[Any]]:
    """What the third night writes in a copy, its clock aside, after what happened `before`; and all rows."""
    shutil.copytree(root.settings.data, folder)
    copy = DataRoot(folder, merge_segments=2)
    before(copy)
    copy.ingest()
    assert verify(copy.settings) == []
    written = {name: digest for name, digest in copy.snapshot().items() if ".jsonl" not in name}
    said = [(entry.contracts, entry.compacted) for entry in copy.ledger.entries()]
    assert said[2][1].keys() == {"badge_awards"}
    return [written, said], copy.accepted("badge_awards")
