"""What landing files hashed to when they were seen last, so that what stays in landing is not read every night.

A file that the file system says the same of has the same bytes: its size, both its times, its place on the disk. Its
status time cannot be put back. A file whose times are those of the moment may still be written to without a trace, so
it is not remembered until they are past. The index can be thrown away at any time, and is ignored when it is not what
was written: then everything is hashed anew.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from pipelines.files import sha256_of, write_owner_only

SETTLED_NS = 2 * 10**9
"""How old a file's times must be, in nanoseconds: file systems count in steps of up to two seconds."""

State = tuple[int, int, int, int]
"""What the file system says of a file: size, time of its content, time of its status, inode."""
Seen = tuple[int, int, int, int, str]
"""The state; and the SHA-256."""


def state_of(status: os.stat_result) -> State:
    """The state by which a file is the same."""
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


class Hashes:
    """The hashes of one scan, found by what the index of the scan before says of the same files."""

    def __init__(self, path: Path, now_ns: int) -> None:
        """`path` is the index; `now_ns` the moment of the scan, in nanoseconds since 1970."""
        self._path = path
        self._settled_ns = now_ns - SETTLED_NS
        self._before = _read(path)
        self._seen: dict[str, Seen] = {}

    def of(self, name: str, path: os.PathLike[str], status: os.stat_result) -> str:
        """The SHA-256 of a file's bytes; `status` was asked for before, and `name` is its own in landing."""
        state = state_of(status)
        before = self._before.get(name)
        sha256 = before[4] if before is not None and before[:4] == state else sha256_of(path)
        if max(status.st_mtime_ns, status.st_ctime_ns) < self._settled_ns:
            self._seen[name] = (*state, sha256)
        return sha256

    def keep(self) -> None:
        """Write the index for the next scan, if it says anything new; on a full disk there is none, and no harm."""
        if self._seen != self._before:
            content = json.dumps(self._seen).encode()
            with suppress(OSError):
                write_owner_only(self._path, _digest(content) + b"\n" + content)


def _read(path: Path) -> Mapping[str, Seen]:
    try:
        digest, _, content = path.read_bytes().partition(b"\n")
    except OSError:
        return {}
    if digest != _digest(content):
        return {}
    return {name: tuple(seen) for name, seen in json.loads(content).items()}


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
