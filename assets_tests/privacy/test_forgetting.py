"""A person is forgotten for good, from a signal in the ledger on, and not a byte of history changes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from assets_tests.crashing import CrashError, crashing
from assets_tests.ingest.data_root import DataRoot
from assets_tests.privacy.conftest import NAMES
from assets_tests.privacy.traces import kept_files_with
from pipelines.errors import CairnError
from pipelines.ledger import ledger_lock, segments_of, verify
from pipelines.privacy import Forgetting, Keyring, forget, key_problems, read_forgotten
from pipelines.run import Run
from pipelines.warehouse import connect, load

pytestmark = pytest.mark.slow

# Of the id and the batch, 3, and of nothing that differs between machines.
PSEUDONYM = "forgotten-" + hashlib.sha256(b"u1\x1f3").hexdigest()[:16]


def forgotten(root: DataRoot, user: str = "u1", reason: str = "ticket 7") -> Forgetting:
    with ledger_lock(root.settings) as lock:
        return forget(lock, user, reason, "officer")


def users(root: DataRoot) -> list[tuple[Any, ...]]:
    """The rows of `raw.users`, loaded from what is kept."""
    run = Run("run", root.ledger.position, datetime(2026, 4, 1, tzinfo=UTC), root.ledger.head, "c")
    load(root.settings, run)
    with connect(root.settings) as connection:
        return connection.execute(
            "select user_id, username, email, is_deleted from raw.users order by _batch, _row"
        ).fetchall()


def rejected(root: DataRoot) -> dict[tuple[int, int], str | None]:
    with connect(root.settings) as connection:
        rows = connection.execute("select batch, line, raw from raw.ledger_quarantine").fetchall()
    return {(batch, line): raw for batch, line, raw in rows}


def key_names(root: DataRoot) -> set[str]:
    return {line.split('"')[3] for line in root.settings.keys.read_text().splitlines()}


def test_history_stays_as_it_is_and_says_who_when_and_why(peopled: DataRoot) -> None:
    before = peopled.snapshot()
    forgetting = forgotten(peopled)
    after = peopled.snapshot()
    assert {name: after[name] for name in before if "jsonl" not in name} == {
        name: digest for name, digest in before.items() if "jsonl" not in name
    }
    assert after.keys() - before.keys() == {"ledger/forgotten_users/000003.parquet"}
    assert verify(peopled.settings) == []
    assert key_problems(peopled.settings) == []
    [row] = peopled.read(peopled.ledger.entries()[2].contracts["forgotten_users"].segment)
    assert (row["user_id"], row["actor_id"], row["reason"]) == ("u1", "officer", "ticket 7")
    assert row["forgotten_at"] == peopled.ledger.entries()[2].time == forgetting.signal.forgotten_at
    assert [place["line"] for place in row["quarantined"]] == [5, 6, 7, 9, 3]
    assert read_forgotten(peopled.settings, peopled.ledger.entries()[:2]).people == {}


def test_nothing_opens_what_was_theirs_and_all_else_opens_as_before(peopled: DataRoot) -> None:
    users(peopled)
    forgetting = forgotten(peopled)
    assert forgetting.pseudonym == PSEUDONYM
    assert users(peopled) == [
        ("u1", PSEUDONYM, None, False),
        ("u1", PSEUDONYM, None, False),
        ("u2", "charles", "charles@difference.example", False),
        ("u3", "ada.king", None, False),
        ("u1", None, None, True),
    ]
    texts = rejected(peopled)
    assert {place for place, raw in texts.items() if raw is None} == {
        (1, 5),
        (1, 6),
        (1, 7),
        (1, 9),
        (2, 3),
    }
    assert texts[1, 8] == ",ada.l,al@analytical.example,student,"
    assert "person:u1" not in key_names(peopled)
    assert len(key_names(peopled)) == 4


def test_no_file_that_is_kept_shows_them(peopled: DataRoot) -> None:
    """u3 has the same name, and line 8 no id and nothing known: both are another's until they are forgotten."""
    users(peopled)
    assert kept_files_with(peopled.settings, NAMES) == ["warehouse.duckdb"]
    assert forgotten(peopled).namesakes == ("u3",)
    forgotten(peopled, "u3")
    users(peopled)
    assert kept_files_with(peopled.settings, [name for name in NAMES if name != "ada.l"]) == []


def test_the_report_knows_the_landing_files(peopled: DataRoot) -> None:
    forgetting = forgotten(peopled)
    assert forgetting.files == ("users/first.csv", "users/second.jsonl")
    assert (forgetting.versions, forgetting.is_new) == (3, True)


def test_forgetting_again_says_what_was_said_and_writes_nothing(peopled: DataRoot) -> None:
    first = forgotten(peopled)
    before = peopled.snapshot()
    again = forgotten(peopled, reason="another ticket")
    assert (again.signal, again.pseudonym, again.is_new) == (first.signal, first.pseudonym, False)
    assert peopled.snapshot() == before


@pytest.mark.parametrize("user", ["u0", "", "U1", "ada.king"])
def test_somebody_of_whom_nothing_is_kept_is_refused(peopled: DataRoot, user: str) -> None:
    before = peopled.snapshot()
    with pytest.raises(CairnError, match=r"No row of `users` is about .*; nothing was changed"):
        forgotten(peopled, user)
    assert peopled.snapshot() == before


def test_who_has_rejected_rows_only_can_be_forgotten(peopled: DataRoot) -> None:
    assert forgotten(peopled, "u7").signal.quarantined[0][2] == 10
    users(peopled)
    assert rejected(peopled)[1, 10] is None


def test_what_lands_later_is_kept_without_what_makes_them_recognisable(peopled: DataRoot) -> None:
    forgotten(peopled)
    header = "user_id,username,email,role,effective_at"
    rows = [
        "u1,ada.lovelace,ada@analytical.example,student,2026-01-01",  # as it was: a duplicate
        "u1,countess,countess@analytical.example,student,2026-02-01",  # another name: the same to us
        "u1,ada.king,ada@analytical.example,teacher,2026-02-01",  # another role: a conflict
        "u1,ada.king,ada@analytical.example,student,2026-05-01",  # begins again
        "u1,ada.king,ada@analytical.example,wizard,2026-06-01",  # rejected
    ]
    entry = peopled.taken("users", "later.csv", "\n".join([header, *rows]))
    assert (entry.accepted, entry.duplicates, entry.quarantined) == (1, 2, 2)
    assert "person:u1" not in key_names(peopled)
    assert users(peopled)[-1] == ("u1", PSEUDONYM, None, False)
    assert [rejected(peopled)[4, line] for line in (4, 6)] == [None, None]
    assert kept_files_with(peopled.settings, ["countess", "lovelace"]) == []
    assert verify(peopled.settings) == []
    assert forgotten(peopled).is_new is False


def test_a_row_without_a_readable_id_that_names_them_is_kept_without_its_text(
    peopled: DataRoot,
) -> None:
    forgotten(peopled)
    rows = ["user_id,username,email,role", "u1,King, Ada,ada@new.example,student", "u77,a,b,c,d"]
    assert peopled.taken("users", "later.csv", "\n".join(rows)).quarantined == 2
    users(peopled)
    assert [rejected(peopled)[4, line] for line in (2, 3)] == [None, "u77,a,b,c,d"]
    assert kept_files_with(peopled.settings, ["King, Ada"]) == []


SPELLINGS = {
    "Jana Wei\u00df": ["u2,Jana Wei\u00df,99", ",JANA WEISS,2", "u2,jana wei\u00df,99,more"],
    'Jo "Jojo" Li': ['u2,"Jo ""Jojo"" Li",99', ',"jo ""jojo"" li",2', 'u2;Jo "Jojo" Li;9'],
    '"Lee"': ['u2,"""LEE""",99'],
    "Ren\u00e9e": ["u2,Rene\u0301e,99", ",RENE\u0301E,2"],
    "Zoe\u0308  Ng": ["u2,Zo\u00eb\u00a0Ng,99", ',"ZO\u00cb\nNG",2'],
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_name_is_found_however_it_is_spelled(root: DataRoot, name: str) -> None:
    quoted = name.replace('"', '""')
    lines = ["user_id,username,experience_level", f'u1,"{quoted}",1', *SPELLINGS[name]]
    assert root.taken("users", "a.csv", "\n".join([*lines, "u3,Jana Weis,99"])).accepted == 1
    said = [
        json.dumps({"user_id": "u2", "username": name, "experience_level": 99}),
        '{"username":"x","username":' + json.dumps(name) + "}",
        '{"username": ' + json.dumps(name) + ', "experience',
        "[" * 100_000,
    ]
    assert root.taken("users", "a.jsonl", "\n".join(said)).quarantined == 4
    table = {"user_id": ["u2"], "username": [name], "experience_level": [99]}
    assert root.taken("users", "a.parquet", pa.table(table)).quarantined == 1
    forgotten(root)
    kept = [row.raw for row in root.quarantined("users")]
    assert [raw for raw in kept if raw is not None] == ["u3,Jana Weis,99", said[-1]]
    assert root.taken("users", "later.jsonl", said[-1] + "]").quarantined == 1


def test_namesakes_are_found_however_they_are_spelled(root: DataRoot) -> None:
    rows = ["user_id,username", "u1,Ren\u00e9e Wei\u00df", "u2,RENE\u0301E WEISS", "u3,Renee Weiss"]
    root.taken("users", "a.csv", "\n".join(rows))
    assert forgotten(root).namesakes == ("u2",)


def test_nightly_dumps_go_on_without_a_version_a_night(root: DataRoot) -> None:
    dump = "user_id,username,email,role\nu1,ada,ada@x.example,{}\n"
    root.taken("users", "1.csv", dump.format("student"))
    forgotten(root)
    nights = [
        root.taken("users", f"{night}.csv", dump.format(role) + "\n" * night)
        for night, role in enumerate(["student", "student", "teacher", "teacher"], start=2)
    ]
    assert [(night.accepted, night.duplicates) for night in nights] == [
        (0, 1),
        (0, 1),
        (1, 0),
        (0, 1),
    ]


def test_a_key_that_comes_back_with_a_backup_opens_nothing_and_goes_again(
    peopled: DataRoot,
) -> None:
    backup = peopled.settings.keys.read_bytes()
    forgotten(peopled)
    names = key_names(peopled)
    without = users(peopled)
    peopled.settings.keys.write_bytes(backup)
    peopled.settings.warehouse.unlink()
    assert users(peopled) == without
    peopled.ingest()
    assert key_names(peopled) == names


def test_a_warehouse_from_before_is_thrown_away(peopled: DataRoot) -> None:
    users(peopled)
    forgotten(peopled)
    assert ("u1", PSEUDONYM, None, False) in users(peopled)


def test_who_is_in_merged_segments_is_forgotten_like_anybody(
    peopled: DataRoot, tmp_path: Path
) -> None:
    merged = DataRoot(tmp_path / "merged", merge_segments=2)
    shutil.copytree(peopled.settings.data, merged.settings.data)
    for root in (peopled, merged):
        root.taken("users", "more.csv", "user_id,username\nu5,eve\n")
    assert (merged.settings.ledger / "users" / "000001-000002.parquet").exists()
    assert merged.accepted("users") == peopled.accepted("users")
    before = merged.snapshot()
    assert forgotten(merged).versions == forgotten(peopled).versions
    assert {name: merged.snapshot()[name] for name in before if "jsonl" not in name} == {
        name: digest for name, digest in before.items() if "jsonl" not in name
    }
    assert kept_files_with(merged.settings, NAMES) == []
    assert users(merged) == users(peopled)
    assert rejected(merged) == rejected(peopled)
    assert verify(merged.settings) + key_problems(merged.settings) == []


def test_forgettings_that_were_merged_are_those_they_were(peopled: DataRoot) -> None:
    for user in ("u1", "u2", "u3"):
        forgotten(peopled, user)
    said = read_forgotten(peopled.settings, peopled.ledger.entries())
    assert [said.people[user].batch for user in ("u1", "u2", "u3")] == [3, 4, 5]
    merging = DataRoot(peopled.settings.data, merge_segments=2)
    merging.taken("badge_awards", "a.csv", "badge_award_id,student_id,badge,occurred_at\n")
    [segment] = segments_of(merging.ledger.entries(), "forgotten_users")
    assert [*segment.rows] == [3, 4, 5]
    assert read_forgotten(merging.settings, merging.ledger.entries()) == said
    assert verify(merging.settings) == []


@pytest.mark.parametrize("finishes", ["forgetting again", "the next run"])
@pytest.mark.parametrize("operation", ["fsync", "replace"])
def test_a_crash_at_any_step_ends_well_when_it_is_run_again(
    peopled: DataRoot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    operation: str,
    finishes: str,
) -> None:
    target: Any = os if operation == "fsync" else Path
    original = getattr(target, operation)
    ends = []
    for step in range(20):
        root = DataRoot(tmp_path / str(step))
        shutil.copytree(peopled.settings.data, root.settings.data)
        with monkeypatch.context() as patched:
            patched.setattr(target, operation, crashing(original, after=step))
            try:
                forgotten(root)
            except CrashError:
                pass
            else:
                break
        assert verify(root.settings) == []
        was_said = root.ledger.position == 3
        if finishes == "forgetting again" or not was_said:
            forgotten(root)
        else:
            root.ingest()
        ends.append(was_said)
        assert (root.ledger.position, len(key_names(root))) == (3, 4)
        assert users(root)[0] == ("u1", PSEUDONYM, None, False)
        assert verify(root.settings) + key_problems(root.settings) == []
        assert not list(root.settings.data.glob(".keys-new*"))
    assert ends == sorted(ends)
    assert {*ends} == {False, True}


def test_a_destroyed_key_is_not_made_again_for_a_row_that_waits(peopled: DataRoot) -> None:
    forgotten(peopled)
    keyring = Keyring.read(peopled.settings)
    peopled.taken("users", "more.csv", "user_id,username,email\nu1,ada,a@b.example\nu5,eve,\n")
    again = Keyring.read(peopled.settings)
    assert "person:u1" not in again and "person:u5" in again and "person:u5" not in keyring
