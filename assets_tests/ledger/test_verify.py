"""Whatever is changed in a ledger is found and named, and nothing is built on it any more."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assets_tests.ingest.data_root import DataRoot
from assets_tests.ingest.test_csv import HEADER, row
from pipelines.errors import CairnError
from pipelines.ledger import ORIGIN, verify
from pipelines.ledger.chain import read_line

SEGMENT = "ledger/badge_awards/000002.parquet"
QUARANTINE = "quarantine/badge_awards/000001.parquet"


def lines(root: DataRoot) -> list[bytes]:
    return root.ledger.file.read_bytes().splitlines(keepends=True)


def rewrite(root: DataRoot, changed: list[bytes]) -> None:
    root.ledger.file.write_bytes(b"".join(changed))


def edit(root: DataRoot, number: int, change: Callable[[dict[str, Any]], None]) -> None:
    """Change what a line says and write it as the ledger would."""
    changed = lines(root)
    said = json.loads(changed[number - 1])
    change(said)
    compact = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    changed[number - 1] = compact.encode() + b"\n"
    rewrite(root, changed)


def publish(root: DataRoot, n: int, name: str = "v") -> Path:
    """Pin the chain as `publish` does: `published/current/manifest.json`."""
    head = root.ledger.entries()[n - 1].hash if n else ORIGIN
    version = root.settings.published / "versions" / name
    version.mkdir(parents=True)
    (version / "manifest.json").write_text(json.dumps({"n": n, "head": head, "version": name}))
    link = root.settings.published / "current"
    link.unlink(missing_ok=True)
    link.symlink_to(version, target_is_directory=True)
    return version / "manifest.json"


def assert_found_and_refused(root: DataRoot, *problems: str) -> None:
    """Each problem is named by `verify`, in order; the next ingest refuses and changes nothing."""
    found = verify(root.settings)
    assert len(found) == len(problems), found
    for wanted, problem in zip(problems, found, strict=True):
        assert wanted in problem
    before = root.snapshot()
    root.drop("badge_awards/new.csv", f"{HEADER}\n{row('new')}\n")
    with pytest.raises(CairnError, match="is not what was committed") as error:
        root.ingest()
    assert problems[0] in str(error.value)
    assert "nothing was written" in str(error.value)
    assert root.snapshot() == before


def test_an_untouched_ledger_verifies(grown: DataRoot) -> None:
    assert verify(grown.settings) == []
    publish(grown, 3)
    assert verify(grown.settings) == []
    grown.taken("badge_awards", "new.csv", f"{HEADER}\n{row('new')}\n")
    assert verify(grown.settings) == []


def test_an_empty_ledger_verifies(root: DataRoot) -> None:
    assert verify(root.settings) == []
    publish(root, 0)
    assert verify(root.settings) == []


@pytest.mark.requirement("R000-04", "R000-09", "R000-56")
@pytest.mark.parametrize(("name", "batch"), [(SEGMENT, 2), (QUARANTINE, 1)])
def test_every_flipped_byte_of_a_stored_file(grown: DataRoot, name: str, batch: int) -> None:
    path = grown.settings.data / name
    whole = path.read_bytes()
    for place in range(0, len(whole), 97):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert verify(grown.settings) == [
            f"batch {batch}: {name} was changed: its SHA-256 is another one"
        ]
    assert_found_and_refused(grown, f"batch {batch}: {name} was changed")


@pytest.mark.parametrize("name", [SEGMENT, QUARANTINE])
def test_a_stored_file_that_is_missing_cut_or_longer(grown: DataRoot, name: str) -> None:
    path = grown.settings.data / name
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    assert_found_and_refused(grown, f"{name} has {len(whole) - 1} bytes instead of {len(whole)}")
    path.write_bytes(whole + b"\0")
    assert_found_and_refused(grown, f"{name} has {len(whole) + 1} bytes instead of {len(whole)}")
    path.unlink()
    assert_found_and_refused(grown, f"{name} is missing")


def test_two_segments_that_changed_places(grown: DataRoot) -> None:
    first, third = (grown.settings.ledger / "badge_awards" / f"{n:06}.parquet" for n in (1, 3))
    aside = first.with_suffix(".aside")
    first.rename(aside)
    third.rename(first)
    aside.rename(third)
    assert_found_and_refused(grown, "batch 1: ", "batch 3: ")


@pytest.mark.parametrize("number", [1, 2, 3])
def test_every_flipped_byte_of_a_line(grown: DataRoot, number: int) -> None:
    whole = lines(grown)
    line = whole[number - 1]
    for place in range(0, len(line) - 1, 41):
        wounded = line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :]
        rewrite(grown, [*whole[: number - 1], wounded, *whole[number:]])
        problems = verify(grown.settings)
        assert problems and f"ledger line {number}" in problems[0], wounded


def test_an_edited_line_even_when_it_is_sealed_again(grown: DataRoot) -> None:
    def count_up(said: dict[str, Any]) -> None:
        said["contracts"]["badge_awards"]["accepted"] += 1

    edit(grown, 2, count_up)
    assert_found_and_refused(grown, "ledger line 2 was edited")

    def seal(said: dict[str, Any]) -> None:
        said["hash"] = read_line(json.dumps(said).encode()).seal()

    edit(grown, 2, seal)
    assert_found_and_refused(grown, "ledger line 3 does not follow line 2")


def test_removed_swapped_repeated_and_added_lines(grown: DataRoot) -> None:
    first, second, third = lines(grown)
    rewrite(grown, [first, third])
    assert_found_and_refused(grown, "ledger line 2 is batch 3")
    rewrite(grown, [second, third])
    assert_found_and_refused(grown, "ledger line 1 is batch 2", "ledger line 2 is batch 3")
    rewrite(grown, [first, third, second])
    assert_found_and_refused(grown, "ledger line 2 is batch 3", "ledger line 3 is batch 2")
    rewrite(grown, [first, second, second, third])
    assert_found_and_refused(grown, "ledger line 3 is batch 2", "ledger line 4 is batch 3")
    rewrite(grown, [first, second, third, b"{}\n"])
    assert_found_and_refused(grown, "ledger line 4 is no ledger entry")
    rewrite(grown, [first, b"\n", second, third])
    found = verify(grown.settings)
    assert "ledger line 2 is no ledger entry" in found[0]
    rewrite(grown, [first, second, third])
    assert verify(grown.settings) == []


def test_a_forged_line_that_does_not_follow(grown: DataRoot) -> None:
    forged = replace(grown.ledger.entries()[2], batch=4, prev=ORIGIN).sealed()
    rewrite(grown, [*lines(grown), forged.line()])
    assert_found_and_refused(grown, "ledger line 4 does not follow line 3")


def test_the_same_line_written_another_way(grown: DataRoot) -> None:
    changed = lines(grown)
    changed[1] = changed[1].replace(b'":', b'": ', 1)
    rewrite(grown, changed)
    assert_found_and_refused(grown, "ledger line 2 was edited")


def test_a_shortened_ledger_is_found_by_the_published_manifest(grown: DataRoot) -> None:
    publish(grown, 3)
    rewrite(grown, lines(grown)[:2])
    assert_found_and_refused(grown, "the ledger was shortened")


@pytest.mark.parametrize("current", ["missing", "dangling", "older"])
def test_a_shortened_ledger_is_found_by_any_published_manifest(
    grown: DataRoot, current: str
) -> None:
    publish(grown, 3)
    publish(grown, 2, "older")
    publish(grown, 1, "unreadable").write_text("{")
    link = grown.settings.published / "current"
    link.unlink()
    if current != "missing":
        link.symlink_to(f"versions/{current}")
    assert verify(grown.settings) == []
    rewrite(grown, lines(grown)[:2])
    assert_found_and_refused(
        grown, "the ledger was shortened: the published version v was built on 3 batches"
    )


def test_a_shortened_ledger_is_found_by_what_lies_beside_it(grown: DataRoot) -> None:
    whole = lines(grown)
    rewrite(grown, whole[:1])
    assert_found_and_refused(grown, "ledger/badge_awards/000003.parquet is there, but not its line")
    grown.ledger.file.unlink()
    assert_found_and_refused(
        grown,
        "ledger/badge_awards/000002.parquet is there",
        "ledger/badge_awards/000003.parquet is there",
        "quarantine/badge_awards/000002.parquet is there",
    )


def test_a_last_line_without_its_line_feed_is_named(grown: DataRoot) -> None:
    publish(grown, 3)
    whole = lines(grown)
    rewrite(grown, [*whole[:2], whole[2][:-1]])
    assert_found_and_refused(
        grown, "3 batches, and 2 are left; line 3 does not end in a line feed: append one"
    )
    rewrite(grown, whole)
    assert verify(grown.settings) == []
    rewrite(grown, whole[:2])
    [problem] = verify(grown.settings)
    assert problem.endswith("and 2 are left")


def test_a_replaced_end_is_found_by_the_published_manifest(grown: DataRoot) -> None:
    publish(grown, 3)
    rewrite(grown, lines(grown)[:2])
    for folder in (grown.settings.ledger, grown.settings.quarantine):
        (folder / "badge_awards" / "000003.parquet").unlink(missing_ok=True)
    aside = grown.settings.published.rename(grown.settings.data / "aside")
    grown.taken("badge_awards", "other.csv", f"{HEADER}\n{row('z')}\n")
    aside.rename(grown.settings.published)
    assert_found_and_refused(grown, "ledger line 3 is not the one that the published version v")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"n":"many","head":"","version":""}', "\0"])
def test_a_manifest_that_cannot_be_read_proves_nothing(grown: DataRoot, content: str) -> None:
    """That is no fault of the ledger, and no backup of it mends it."""
    publish(grown, 3).write_text(content)
    [problem] = verify(grown.settings)
    grown.drop("badge_awards/new.csv", f"{HEADER}\n{row('new')}\n")
    before = grown.snapshot()
    with pytest.raises(
        CairnError, match=r"manifest.json cannot be read .*; move the folder"
    ) as error:
        grown.ingest()
    assert str(error.value) == problem
    assert grown.snapshot() == before

    rewrite(grown, lines(grown)[:1])
    assert [said.partition(" cannot be read")[0] for said in verify(grown.settings)][-1].endswith(
        "manifest.json"
    )
    with pytest.raises(CairnError, match=r"is not what was committed: .*000003.parquet is there"):
        grown.ingest()


def test_all_problems_are_named_and_the_first_is_said(grown: DataRoot) -> None:
    (grown.settings.data / SEGMENT).unlink()
    (grown.settings.data / QUARANTINE).unlink()
    assert len(verify(grown.settings)) == 2
    with pytest.raises(CairnError, match=r"\(and 1 more\)"):
        grown.ingest()


def test_a_copy_of_a_data_root_verifies(grown: DataRoot, tmp_path: Path) -> None:
    shutil.copytree(grown.settings.data, tmp_path / "copy")
    copy = DataRoot(tmp_path / "copy")
    assert verify(copy.settings) == []
    assert copy.snapshot() == grown.snapshot()
