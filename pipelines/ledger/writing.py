"""How a batch becomes durable: files first, their folder next, the ledger line last.

The line is the commit point. The next writer sweeps what is no part of the ledger: files that a crash left without a
line, and segments that a line replaced by a merged one. An advisory lock admits one writer at a time.
"""

import fcntl
import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

from pipelines.errors import CairnError
from pipelines.files import append_durably, make_durable, sha256_of
from pipelines.ledger.chain import (
    ORIGIN,
    Compaction,
    ContractEntry,
    Entry,
    Ledger,
    StoredFile,
)
from pipelines.ledger.segments import segments
from pipelines.settings import Settings

TEMPORARY_PREFIX = ".writing-"


@dataclass(frozen=True)
class LedgerLock:
    """Proof that this process is the one writer of `settings.data`; only `ledger_lock` makes one."""

    settings: Settings


@contextmanager
def ledger_lock(settings: Settings) -> Iterator[LedgerLock]:
    """Hold the ledger for writing; raises `CairnError` naming the holder when another run has it.

    What this process writes meanwhile is its user's alone; `publish` opens to others what they may read.
    """
    with _owner_only(settings), _lock_file(settings) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            raise CairnError(
                f"Another run holds the ledger in {settings.ledger} ({handle.read().strip() or 'unknown'});"
                " nothing was read or written; wait for it to end and run again."
            ) from None
        since = datetime.now(UTC).isoformat(timespec="seconds")
        handle.truncate(0)
        with suppress(OSError):  # on a full disk the lock holds without saying whose it is
            holder = f"process {os.getpid()} on {socket.gethostname()} since {since}"
            os.write(handle.fileno(), holder.encode())
        try:
            yield LedgerLock(settings)
        finally:
            handle.truncate(0)


@contextmanager
def _owner_only(settings: Settings) -> Iterator[None]:
    with suppress(OSError):  # `_lock_file` says what is wrong with it
        settings.data.mkdir(parents=True, exist_ok=True)
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _lock_file(settings: Settings) -> TextIO:
    try:
        settings.ledger.mkdir(parents=True, exist_ok=True)
        return (settings.ledger / ".lock").open("a+")
    except OSError as error:
        raise CairnError(
            f"The ledger in {settings.ledger} cannot be written: {error}; nothing was read or written;"
            " give this user the right to write there, or name another data root, and run again."
        ) from error


class BatchWriter:
    """Writes the files of the next batch and commits them with one line.

    `entries` are all batches before it, as they were verified. The batch's time is `at`, or this moment; later than the
    batch before in any case.
    """

    def __init__(
        self, lock: LedgerLock, entries: Sequence[Entry], at: datetime | None = None
    ) -> None:
        self.settings = lock.settings
        self.ledger = Ledger(lock.settings)
        self.segments = segments(entries)
        self.number = len(entries) + 1
        self._prev = entries[-1].hash if entries else ORIGIN
        # A clock that jumps back must not reorder history.
        after_last = [entry.time + timedelta(microseconds=1) for entry in entries[-1:]]
        self.clock = at or datetime.now(UTC)
        self.time = max([self.clock, *after_last])
        self._kept = {
            *(file.stored.path for files in self.segments.values() for file in files),
            *(stored.path for entry in entries for _, stored in entry.quarantine),
        }

    def sweep(self) -> list[str]:
        """Remove what a crashed writer left: files that no line names or that were merged, and a torn last line."""
        swept = []
        for folder in (self.settings.ledger, self.settings.quarantine):
            for path in sorted(folder.glob("*/*")):
                name = path.relative_to(self.settings.data).as_posix()
                if name not in self._kept and not path.is_dir():
                    path.unlink()
                    swept.append(name)
        if self.ledger.file.exists():
            content = self.ledger.file.read_bytes()
            whole = content.rfind(b"\n") + 1
            if whole < len(content):
                with self.ledger.file.open("r+b") as handle:
                    handle.truncate(whole)
                    os.fsync(handle.fileno())
                swept.append("the torn last line of ledger.jsonl")
        return swept

    def temporary_path(self, folder: Path, contract: str) -> Path:
        """Where to write a Parquet file of this batch before `keep`."""
        (folder / contract).mkdir(parents=True, exist_ok=True)
        return folder / contract / f"{TEMPORARY_PREFIX}{self.number:06d}.parquet"

    def keep(self, temporary: Path, rows: int, name: str | None = None) -> StoredFile:
        """Make a written file durable under its name in this batch, or another one."""
        final = temporary.with_name(f"{name or f'{self.number:06d}'}.parquet")
        digest = sha256_of(temporary)
        make_durable(temporary)
        temporary.replace(final)
        make_durable(final.parent)
        return StoredFile(
            path=final.relative_to(self.settings.data).as_posix(),
            rows=rows,
            bytes=final.stat().st_size,
            sha256=digest,
        )

    def commit(
        self,
        contracts: dict[str, ContractEntry],
        compacted: Mapping[str, Compaction] | None = None,
    ) -> Entry:
        """Append the line; from here on the batch is history, and the segments that were merged for it are removed.

        A batch that does not balance is refused.
        """
        for name, contract in contracts.items():
            if not contract.balances:
                raise CairnError(
                    f"Batch {self.number} does not balance for {name}: {contract.rows_read} rows read,"
                    f" but {contract.accepted} accepted + {contract.duplicates} duplicates"
                    f" + {contract.quarantined} quarantined; nothing was committed and all landing files"
                    " are as they were; this is a fault of Cairn, please report it with the files."
                )
        entry = Entry(
            batch=self.number,
            time=self.time,
            contracts=contracts,
            compacted=dict(compacted or {}),
            prev=self._prev,
        ).sealed()
        self.ledger.file.touch()
        for folder in {self.settings.ledger, self.settings.quarantine, self.settings.data}:
            if folder.exists():
                make_durable(folder)
        # Once the line is there, nothing may fail: whoever calls would say that there is none.
        append_durably(self.ledger.file, entry.line())
        for name, compaction in entry.compacted.items():
            self._remove_merged(name, compaction)
        return entry

    def _remove_merged(self, contract: str, compaction: Compaction) -> None:
        """Remove the segments that a committed file took the place of."""
        for segment in self.segments[contract]:
            if compaction.first <= segment.first and segment.last <= compaction.last:
                with suppress(OSError):  # the batch is history; the next writer sweeps
                    (self.settings.data / segment.stored.path).unlink()
