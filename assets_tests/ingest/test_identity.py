"""What is the same row, what is a version, what is in conflict: in a file, in a batch, in all history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assets_tests.ingest.data_root import DataRoot, sha256
from assets_tests.ingest.test_csv import HEADER, row
from pipelines.ingest import ingest
from pipelines.ledger import ledger_lock

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ORGANIZATIONS = "organization_id,name,timezone,effective_at,is_deleted\n"


def organizations(*rows: str) -> str:
    return ORGANIZATIONS + "".join(line + "\n" for line in rows)


def versions(root: DataRoot) -> list[tuple[str, str | None, datetime, bool]]:
    return [
        (found["organization_id"], found["name"], found["effective_at"], found["is_deleted"])
        for found in root.accepted("organizations")
    ]


@pytest.mark.requirement("R000-09", "R000-42")
def test_within_a_file_and_across_batches(root: DataRoot) -> None:
    rows = [row("a"), row("b"), row("a"), row("a", "moon"), row(" a ", "star") + "T00:00Z"]
    first = root.taken("badge_awards", "a.csv", "\n".join([HEADER, *rows]))
    assert (first.accepted, first.duplicates, first.quarantined) == (2, 2, 1)
    assert [(kept.line, kept.reasons) for kept in root.quarantined("badge_awards")] == [
        (5, ("conflict",))
    ]
    later = root.taken("badge_awards", "b.csv", "\n".join([HEADER, row("a"), row("b", "moon")]))
    assert (later.accepted, later.duplicates, later.quarantined) == (0, 1, 1)
    assert [found["badge"] for found in root.accepted("badge_awards")] == ["star", "star"]
    third = root.taken("badge_awards", "c.csv", "\n".join([HEADER, row("b", "moon")]))
    assert (third.accepted, third.quarantined) == (0, 1)


def test_inside_a_batch_the_smaller_hash_is_first(root: DataRoot) -> None:
    badges = {}
    for number in range(8):
        content = "\n".join([HEADER, row("a", f"badge{number}"), row(f"own{number}")])
        badges[sha256(content.encode())] = f"badge{number}"
        root.drop(f"badge_awards/{number}.csv", content)
    entry = root.ingest().contracts["badge_awards"]
    assert (entry.accepted, entry.quarantined) == (9, 7)
    (winner,) = [found for found in root.accepted("badge_awards") if found["badge_award_id"] == "a"]
    assert winner["badge"] == badges[min(badges)]
    assert winner["_file"] == min(badges)
    assert [file.sha256 for file in entry.files] == sorted(badges)
    assert [found["_file"] for found in root.accepted("badge_awards")] == sorted(
        [*badges, min(badges)]
    )


def test_content_is_what_the_contract_means(root: DataRoot) -> None:
    same = [
        '{"step_id":"s","assignment_id":"a","position":1,"target_score":80,"effective_at":"2026-01-01"}',
        '{"step_id":"s","assignment_id":" a ","position":"+1","target_score":"80.0000","is_required":"YES",'
        '"effective_at":"2026-01-01T01:00+01:00","is_deleted":0,"game_id":"","another":"column"}',
        '{"effective_at":"2026-01-01 00:00","target_score":8e1,"position":1,"assignment_id":"a","step_id":"s"}',
    ]
    other = '{"step_id":"s","assignment_id":"a","position":1,"target_score":80.0001,"effective_at":"2026-01-01"}'
    entry = root.taken("steps", "s.jsonl", "\n".join([*same, other]))
    assert (entry.accepted, entry.duplicates, entry.quarantined) == (1, 2, 1)


def test_a_row_without_effective_at_of_a_new_entity_holds_since_1970(root: DataRoot) -> None:
    entry = root.taken(
        "organizations", "a.csv", organizations("o,O,,,", "o,O,UTC,1970-01-01,no", "o,P,,,")
    )
    assert (entry.accepted, entry.duplicates, entry.quarantined) == (1, 1, 1)
    assert versions(root) == [("o", "O", EPOCH, False)]


def test_nightly_snapshots_make_versions_where_something_changed(root: DataRoot) -> None:
    nights = [
        organizations("o,O,,,", "p,P,,,"),
        organizations("o,O,,,", "p,P,,,", "q,Q,,,"),
        organizations("o,Oh,,,", "p,P,,,", "q,Q,,,"),
        organizations("q,Q,,,", "p,P,,,", "o,Oh,,,"),
        organizations("q,Q,,,", "o,O,,,", "p,P,,,"),
    ]
    counts = []
    for number, night in enumerate(nights):
        entry = root.taken("organizations", f"{number}.csv", night)
        counts.append((entry.accepted, entry.duplicates))
    assert counts == [(2, 0), (1, 2), (1, 2), (0, 3), (1, 2)]
    times = [entry.time for entry in root.ledger.entries()]
    assert [version for version in versions(root) if version[0] == "o"] == [
        ("o", "O", EPOCH, False),
        ("o", "Oh", times[2], False),
        ("o", "O", times[4], False),
    ]
    assert times == sorted({*times})


def test_a_batch_can_be_dated_by_the_moment_its_run_began(root: DataRoot) -> None:
    begun = datetime.now(UTC) + timedelta(hours=1)
    root.taken("organizations", "a.csv", "organization_id,name\no,First\n")
    root.drop("organizations/b.csv", "organization_id,name\no,Second\n")
    with ledger_lock(root.settings) as lock:
        ingest(root.settings, lock, begun)
    assert versions(root) == [("o", "First", EPOCH, False), ("o", "Second", begun, False)]


def test_an_undated_row_is_held_against_the_version_in_force_not_the_latest(root: DataRoot) -> None:
    root.taken(
        "organizations", "a.csv", organizations("o,Now,,2020-01-01,", "o,Later,,2150-01-01,")
    )
    same = root.taken("organizations", "b.csv", organizations("o,Now,,,"))
    assert (same.accepted, same.duplicates) == (0, 1)
    future = root.taken("organizations", "c.csv", organizations("o,Later,,,"))
    assert future.accepted == 1
    assert versions(root)[-1] == ("o", "Later", root.ledger.entries()[2].time, False)


def test_an_undated_row_of_an_entity_that_is_not_in_force_yet(root: DataRoot) -> None:
    root.taken("organizations", "a.csv", organizations("o,Later,,2150-01-01,"))
    root.taken("organizations", "b.csv", organizations("o,Later,,,"))
    assert versions(root)[-1] == ("o", "Later", root.ledger.entries()[1].time, False)


def test_tombstones_end_entities_and_rows_begin_them_again(root: DataRoot) -> None:
    root.taken("organizations", "a.csv", organizations("o,O,,,"))
    ended = root.taken("organizations", "b.csv", organizations("o,,,,true"))
    again = root.taken("organizations", "c.csv", organizations("o,ignored,Mars/Olympus,,1"))
    begun = root.taken("organizations", "d.csv", organizations("o,O,UTC,,"))
    dated = root.taken("organizations", "e.csv", organizations("o,,,2020-01-01,yes"))
    assert [ended.accepted, again.duplicates, begun.accepted, dated.accepted] == [1, 1, 1, 1]
    times = [entry.time for entry in root.ledger.entries()]
    assert versions(root) == [
        ("o", "O", EPOCH, False),
        ("o", None, times[1], True),
        ("o", "O", times[3], False),
        ("o", None, datetime(2020, 1, 1, tzinfo=UTC), True),
    ]


def test_explicit_versions_may_come_in_any_order(root: DataRoot) -> None:
    root.taken("organizations", "a.csv", organizations("o,New,,2026-01-01,"))
    old = root.taken(
        "organizations", "b.csv", organizations("o,Old,,2025-01-01,", "o,Other,,2026-01-01,")
    )
    assert (old.accepted, old.quarantined) == (1, 1)
    assert root.quarantined("organizations")[0].reasons == ("conflict",)


def test_the_key_of_a_pair_is_the_pair(root: DataRoot) -> None:
    rows = ["class_id,student_id", "ab,c", "a,bc", "a,bc", "A,bc"]
    entry = root.taken("class_students", "a.csv", "\n".join(rows))
    assert (entry.accepted, entry.duplicates) == (3, 1)


def test_the_order_of_batches_changes_nothing_for_dated_rows(root: DataRoot) -> None:
    files = [
        organizations("o,O,,2025-01-01,", "p,P,,,"),
        organizations("o,Oh,,2026-01-01,", "o,O,,2025-01-01,"),
        organizations("o,,,2026-06-01,true"),
    ]
    backwards = DataRoot(root.settings.data / "backwards")
    for number, content in enumerate(files):
        root.taken("organizations", f"{number}.csv", content)
    for number, content in reversed([*enumerate(files)]):
        backwards.taken("organizations", f"{number}.csv", content)
    assert sorted(versions(root), key=str) == sorted(versions(backwards), key=str)


def test_ledger_times_never_go_back(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipelines.ledger import writing

    class Backwards(datetime):
        hours = 0

        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            cls.hours += 1
            return datetime(2026, 1, 1, tzinfo=UTC) - timedelta(hours=cls.hours)

    monkeypatch.setattr(writing, "datetime", Backwards)
    said = []
    for number in range(3):
        root.drop(f"organizations/{number}.csv", organizations(f"o,O{number},,,"))
        said.append(root.ingest().clock_went_back or "")
    assert said[0] == ""
    for batch in (2, 3):
        assert said[batch - 1].startswith("The clock went back: it says 2025-12-31T")
        assert f"Batch {batch} is dated right after it, " in said[batch - 1]
        assert "nothing was lost" in said[batch - 1]
    times = [entry.time for entry in root.ledger.entries()]
    assert times == [times[0] + timedelta(microseconds=number) for number in range(3)]
    assert [version[2] for version in versions(root)] == [EPOCH, *times[1:]]
