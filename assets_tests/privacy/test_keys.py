"""The file of keys: its owner's alone, whole after a crash, and without what was destroyed."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from pipelines.errors import CairnError
from pipelines.ledger import LedgerLock
from pipelines.privacy import Keyring
from pipelines.settings import Settings


@pytest.fixture
def lock(tmp_path: Path) -> LedgerLock:
    """Nobody else writes here."""
    return LedgerLock(Settings(data=tmp_path))


def test_a_key_is_made_once_and_stays(lock: LedgerLock) -> None:
    keyring = Keyring.read(lock.settings)
    keyring.add(lock, ["person:a", "person:b", "person:a"])
    again = Keyring.read(lock.settings)
    again.add(lock, ["person:b", "person:c"])
    names = ("person:a", "person:b", "person:c")
    keys = [Keyring.read(lock.settings)[name] for name in names]
    assert keys == [again[name] for name in names]
    assert keys[:2] == [keyring[name] for name in names[:2]]
    assert len({*keys}) == 3
    assert lock.settings.keys.read_text().count("\n") == 3


def test_only_the_owner_reads_it_also_when_it_came_back_otherwise(lock: LedgerLock) -> None:
    keyring = Keyring.read(lock.settings)
    keyring.add(lock, ["person:a"])
    assert lock.settings.keys.stat().st_mode & 0o777 == 0o600
    lock.settings.keys.chmod(0o644)
    keyring.add(lock, ["person:b"])
    assert lock.settings.keys.stat().st_mode & 0o777 == 0o600
    keyring.destroy(lock, ["person:a"])
    assert lock.settings.keys.stat().st_mode & 0o777 == 0o600


def test_a_destroyed_key_is_in_no_file_and_the_others_stay(lock: LedgerLock) -> None:
    keyring = Keyring.read(lock.settings)
    keyring.add(lock, ["person:a", "person:b"])
    [a, b] = lock.settings.keys.read_text().splitlines()
    keyring.destroy(lock, ["person:a", "person:unknown"])
    keyring.destroy(lock, ["person:a"])
    assert "person:a" not in keyring and "person:b" in keyring
    assert [path.read_text() for path in lock.settings.data.iterdir()] == [b + "\n"]
    keyring.add(lock, ["person:a"])
    assert a not in lock.settings.keys.read_text().splitlines()


def test_a_torn_last_line_was_never_a_key_and_is_cut_off(lock: LedgerLock) -> None:
    keyring = Keyring.read(lock.settings)
    keyring.add(lock, ["person:a"])
    with lock.settings.keys.open("a") as handle:
        handle.write('{"name": "person:b", "ke')
    again = Keyring.read(lock.settings)
    assert "person:b" not in again
    again.add(lock, ["person:b"])
    assert Keyring.read(lock.settings)["person:b"] == again["person:b"]


@pytest.mark.parametrize("line", ["", "[]", "{}", '{"name": "person:a", "key": "?"}', "\0"])
def test_a_line_that_holds_no_key_stops_whoever_needs_keys(lock: LedgerLock, line: str) -> None:
    lock.settings.keys.write_text(f"{line}\n")
    with pytest.raises(CairnError, match=r"^Line 1 of .*keys\.jsonl holds no key; .* backup\.$"):
        Keyring.read(lock.settings)


def test_a_key_that_the_disk_cannot_take_is_no_key(
    lock: LedgerLock, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = Keyring.read(lock.settings)
    keyring.add(lock, ["person:a"])
    before = lock.settings.keys.read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        for change in (keyring.add, keyring.destroy):
            with pytest.raises(OSError, match="No space left"):
                change(lock, ["person:a" if change == keyring.destroy else "person:b"])
            assert lock.settings.keys.read_bytes() == before
    assert "person:b" not in keyring
    assert "person:a" in keyring
