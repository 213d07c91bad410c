"""`keys.jsonl`: the keys that open what is personal, a line each, readable by their owner alone.

A person has one key for all accepted rows; every quarantined row has a key of its own, because whom it is about
may not be readable, and because it may name others. A key is durable before anything sealed with it is, and
to destroy it is to make that unreadable for ever, in every copy of the ledger. Keys belong to no version.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pipelines.errors import CairnError
from pipelines.files import OWNER_ONLY, append_durably, make_durable, write_owner_only
from pipelines.ledger.writing import LedgerLock
from pipelines.privacy.sealing import new_key
from pipelines.settings import Settings


def person_key(person: str) -> str:
    """The name of the key of a person's accepted rows."""
    return f"person:{person}"


def row_key(contract: str, file_hash: str, line: int) -> str:
    """The name of the key of a quarantined row."""
    return f"row:{contract}:{file_hash}:{line}"


class Keyring:
    """The keys of a data root, by name."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = dict(keys)

    @classmethod
    def read(cls, settings: Settings) -> Keyring:
        """All keys; none while there is no file. Raises `CairnError` for a line that holds no key."""
        return cls(dict(_lines(settings.keys)))

    def __contains__(self, name: str) -> bool:
        return name in self._keys

    def __getitem__(self, name: str) -> bytes:
        return self._keys[name]

    def add(self, lock: LedgerLock, names: Iterable[str]) -> None:
        """Make a key for each name that has none, and make it durable."""
        new = {name: new_key() for name in dict.fromkeys(names) if name not in self._keys}
        if new:
            _create(lock.settings.keys)
            append_durably(lock.settings.keys, _text(new))
            self._keys |= new

    def destroy(self, lock: LedgerLock, names: Iterable[str]) -> None:
        """Rewrite the file without these keys, in one rename, if it has any of them."""
        doomed = self._keys.keys() & set(names)
        if doomed:
            kept = {name: key for name, key in self._keys.items() if name not in doomed}
            write_owner_only(lock.settings.keys, _text(kept))
            self._keys = kept


def _lines(path: Path) -> Iterator[tuple[str, bytes]]:
    """Each name and key; what follows the last line feed was never relied on."""
    written = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    for number, line in enumerate(written, start=1):
        try:
            said = json.loads(line)
            yield said["name"], base64.b64decode(said["key"], validate=True)
        except (ValueError, KeyError, TypeError):
            raise CairnError(
                f"Line {number} of {path} holds no key; nothing was changed, and what is sealed stays sealed;"
                " restore the file from a backup."
            ) from None


def _text(keys: Mapping[str, bytes]) -> bytes:
    lines = (
        json.dumps({"name": name, "key": base64.b64encode(key).decode()}, ensure_ascii=False)
        for name, key in keys.items()
    )
    return "".join(f"{line}\n" for line in lines).encode()


def _create(path: Path) -> None:
    """The file to append to, readable by its owner alone, and free of a line that a crash cut short."""
    is_new = not path.exists()
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, OWNER_ONLY)
    try:
        os.fchmod(descriptor, OWNER_ONLY)
        content = path.read_bytes()
        os.ftruncate(descriptor, content.rfind(b"\n") + 1)
    finally:
        os.close(descriptor)
    if is_new:
        make_durable(path.parent)
