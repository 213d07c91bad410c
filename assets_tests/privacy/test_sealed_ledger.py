"""What is personal lies sealed in the ledger and in quarantine, and everything else is as if it were not."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assets_tests.ingest.data_root import DataRoot
from assets_tests.privacy.conftest import FIRST, SECOND
from assets_tests.privacy.traces import files_with
from pipelines.checks.fingerprint import fingerprint
from pipelines.contracts import CONTRACTS
from pipelines.errors import CairnError
from pipelines.ledger import verify
from pipelines.privacy import key_problems, opening
from pipelines.run import Run
from pipelines.warehouse import connect, load

pytestmark = pytest.mark.slow

PERSONAL = ("lovelace", "ada.", "@analytical", "charles", "luigi", "mary")


def loaded(root: DataRoot) -> dict[str, str]:
    """The fingerprints of the raw tables, but for the ledger's own hashes and times."""
    run = Run("run", root.ledger.position, datetime(2026, 4, 1, tzinfo=UTC), root.ledger.head, "c")
    load(root.settings, run)
    with connect(root.settings) as connection:
        names = [*CONTRACTS, "ledger_quarantine", "ledger_accounting"]
        return {name: fingerprint(connection, f"raw.{name}").sha256 for name in names}


def test_personal_is_what_the_contracts_say() -> None:
    personal = {
        name: [column.name for column in contract.personal]
        for name, contract in CONTRACTS.items()
        if contract.personal
    }
    assert personal == {"users": ["username", "email"]}
    assert CONTRACTS["users"].person == "user_id"


def test_no_file_that_is_kept_holds_a_name_or_an_address(peopled: DataRoot) -> None:
    for folder in (peopled.settings.ledger, peopled.settings.quarantine):
        assert files_with(folder, PERSONAL) == []
    assert files_with(peopled.settings.ledger, ["user_id"]) != []
    assert files_with(peopled.settings.landing, PERSONAL) != []


def test_what_is_sealed_is_opened_where_it_is_read(peopled: DataRoot) -> None:
    loaded(peopled)
    with connect(peopled.settings) as connection:
        users = connection.execute(
            "select user_id, username, email, is_deleted from raw.users order by _batch, _row"
        ).fetchall()
        rejected = connection.execute(
            "select batch, line, raw from raw.ledger_quarantine order by batch, line"
        ).fetchall()
    assert users == [
        ("u1", "ada.lovelace", "ada@analytical.example", False),
        ("u1", "ada.king", "ada@analytical.example", False),
        ("u2", "charles", "charles@difference.example", False),
        ("u3", "ada.king", None, False),
        ("u1", None, None, True),
    ]
    assert [(1, line) for line in range(5, 11)] + [(2, 3)] == [row[:2] for row in rejected]
    assert [raw for *_, raw in rejected] == [*FIRST.splitlines()[4:], SECOND.splitlines()[2]]


@pytest.mark.requirement("R000-42", "R000-43")
def test_two_machines_with_keys_of_their_own_say_the_same(
    peopled: DataRoot, tmp_path: Path
) -> None:
    other = DataRoot(tmp_path / "other")
    other.taken("users", "first.csv", FIRST)
    other.taken("users", "second.jsonl", SECOND)
    segment = "ledger/users/000001.parquet"
    assert other.snapshot()[segment] != peopled.snapshot()[segment]
    assert loaded(other) == loaded(peopled)


def test_keys_that_are_lost_stop_the_run_and_are_never_made_anew(peopled: DataRoot) -> None:
    kept = peopled.settings.keys.read_bytes()
    before = peopled.snapshot()
    peopled.settings.keys.unlink()
    [problem] = key_problems(peopled.settings)
    assert problem.startswith("keys.jsonl lacks 10 of its keys, ")
    assert "(person:u1, person:u2, person:u3, row:users:" in problem
    assert verify(peopled.settings) == []
    refused = r"lacks 10 of its keys.*backup.*nothing was committed"
    with pytest.raises(CairnError, match=refused):
        peopled.ingest()  # of nothing new: a rebuild would throw the last names in clear away
    path = peopled.drop("users/third.csv", "user_id,username\nu1,ada\n")
    with pytest.raises(CairnError, match=refused):
        peopled.ingest()
    path.unlink()
    with pytest.raises(CairnError, match=r"person:u1 in .* is missing .*; nothing was written"):
        loaded(peopled)
    assert peopled.snapshot() == before
    assert not peopled.settings.keys.exists()
    peopled.settings.keys.write_bytes(kept)
    assert key_problems(peopled.settings) == []
    assert loaded(peopled)


@pytest.mark.parametrize("kind", ["person:", "row:"])
def test_keys_that_changed_places_are_found(peopled: DataRoot, kind: str) -> None:
    lines = [json.loads(line) for line in peopled.settings.keys.read_text().splitlines()]
    one, other = [line for line in lines if line["name"].startswith(kind)][:2]
    one["key"], other["key"] = other["key"], one["key"]
    peopled.settings.keys.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    [problem] = key_problems(peopled.settings)
    assert problem.startswith(f"The key {kind}")
    assert "is missing or another one" in problem


def test_a_run_that_merges_segments_meanwhile_is_no_alarm(
    peopled: DataRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    merging = DataRoot(peopled.settings.data, merge_segments=2)
    read, reads = opening._read, []

    def merged_before_it_is_read(*arguments: Any) -> Any:
        reads.append(arguments)
        if len(reads) == 1:
            merging.taken("users", "third.csv", "user_id,username\nu5,eve\n")
        return read(*arguments)

    monkeypatch.setattr(opening, "_read", merged_before_it_is_read)
    assert key_problems(peopled.settings) == []
    (peopled.settings.ledger / "users" / "000001-000002.parquet").unlink()
    assert "000001-000002.parquet" in str(key_problems(peopled.settings))


def test_keys_of_another_ledger_open_nothing(peopled: DataRoot, tmp_path: Path) -> None:
    other = DataRoot(tmp_path / "other")
    other.taken("users", "first.csv", FIRST)
    other.taken("users", "second.jsonl", SECOND)
    peopled.settings.keys.write_bytes(other.settings.keys.read_bytes())
    with pytest.raises(CairnError, match="is missing or another one"):
        loaded(peopled)
