"""Which files lie in landing, what each is, and its bytes without compression."""

import errno
import io
import os
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Any, BinaryIO, TextIO

import duckdb
import pyarrow as pa

from pipelines.contracts import CONTRACTS
from pipelines.contracts.model import COMPRESSIONS, Contract
from pipelines.errors import CairnError
from pipelines.ingest.hashes import Hashes, State, state_of

WAITING_PREFIXES = (".", "_")
WAITING_SUFFIXES = (".tmp", ".partial")
COMPRESSIBLE: tuple[str, ...] = ("csv", "jsonl")
FORMATS = (*COMPRESSIBLE, "parquet")
LONGEST_RECORD = 256 * 2**20
"""Bytes without the end of a record after which a file is given up: a compressed one can hold anything."""
SYSTEM_ERRORS = (MemoryError, duckdb.OutOfMemoryException, duckdb.IOException)
"""What says that the machine failed, whatever was read; Arrow's own error of memory is Python's."""
LEADS_NOWHERE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
"""How following a broken link fails."""

Listed = tuple[os.DirEntry[str], int]
"""An entry of a folder, and the mode of what it leads to; 0 where that is nothing."""


class UnreadableFileError(Exception):
    """A landing file that cannot be read at all: one row read, one quarantined, line 0."""


@dataclass(frozen=True)
class LandingFile:
    """A file under `landing/<contract>/`; its identity is (contract, SHA-256 of its bytes).

    `state` is what the file system said of it before it was hashed.
    """

    contract: Contract
    path: Path
    sha256: str
    state: State

    @property
    def name(self) -> str:
        """Its name as people know it, `<contract>/<file>`; bytes that are no UTF-8 are spelled out."""
        return f"{self.contract.name}/{_readable(self.path.name)}"

    def has_changed(self) -> bool:
        """Whether the file is another one than the one that was hashed, or gone."""
        return not self.path.exists() or state_of(self.path.stat()) != self.state

    @property
    def format(self) -> str | None:
        """`csv`, `jsonl` or `parquet` by its suffix, None for any other suffix."""
        suffixes = [suffix.lower() for suffix in self.path.suffixes]
        known = FORMATS
        if suffixes and suffixes[-1] in COMPRESSIONS:
            suffixes.pop()
            known = COMPRESSIBLE
        format_ = suffixes[-1].removeprefix(".") if suffixes else ""
        return format_ if format_ in known else None

    def open(self) -> BinaryIO:
        """The file's bytes, decompressed; reading broken compression raises `UnreadableFileError`."""
        compression = COMPRESSIONS.get(self.path.suffix.lower())
        if compression is None or self.path.stat().st_size == 0:
            return self.path.open("rb")
        return io.BufferedReader(_Decompressed(self.path, compression))


class _Decompressed(io.RawIOBase):
    """A compressed file, read; a fault of the compression says so as `UnreadableFileError`."""

    def __init__(self, path: Path, compression: str) -> None:
        self._stream = pa.input_stream(path, compression=compression)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            content = self._stream.read(len(buffer))
        except (pa.ArrowException, OSError) as error:
            refuse_if_system_error(error)
            raise UnreadableFileError(f"broken compression: {error}") from error
        buffer[: len(content)] = content
        return len(content)

    def close(self) -> None:
        self._stream.close()
        super().close()


@dataclass(frozen=True)
class Landing:
    """What lies in landing now.

    `files` are those that no batch has taken, by (contract, name); `unknown_contract` those that lie not directly in
    the folder of a contract; `passed_over` what is no file: a broken link, a pipe, a link to a folder that is no
    contract's, a folder of no contract that cannot be listed.
    """

    files: tuple[LandingFile, ...] = ()
    unknown_contract: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
    is_missing: bool = False


def waits(name: str) -> bool:
    """True for the name of a file that its source is still writing."""
    return name.startswith(WAITING_PREFIXES) or name.endswith(WAITING_SUFFIXES)


def scan(landing: Path, hashes: Hashes, taken: Container[tuple[str, str]] = ()) -> Landing:
    """List and identify the files in landing; nothing is written there.

    `taken` are the identities of those that the ledger has: contract and SHA-256. Raises `OSError` where landing or
    the folder of a contract cannot be listed.
    """
    if not landing.exists():
        return Landing(is_missing=True)
    files: list[LandingFile] = []
    others: list[Listed] = []
    for top, mode in _listed(landing):
        contract = CONTRACTS.get(top.name)
        if contract is not None and S_ISDIR(mode):
            files += _files_of(contract, top, hashes, taken, others)
        elif not top.name.startswith(WAITING_PREFIXES):
            others.append((top, mode))
    unknown, passed_over = _told_apart(others)
    return Landing(tuple(files), _names(landing, unknown), _names(landing, passed_over))


def _files_of(
    contract: Contract,
    folder: os.PathLike[str],
    hashes: Hashes,
    taken: Container[tuple[str, str]],
    others: list[Listed],
) -> Iterator[LandingFile]:
    """The new files of a contract; what else lies in its folder goes to `others`.

    There may be a file of every night there ever was.
    """
    for found, mode in _listed(folder):
        if not S_ISREG(mode):
            others.append((found, mode))
        elif not waits(found.name):
            status = found.stat()
            sha256 = hashes.of(f"{contract.name}/{found.name}", found, status)
            if (contract.name, sha256) not in taken:
                yield LandingFile(contract, Path(found.path), sha256, state_of(status))


def _told_apart(others: list[Listed]) -> tuple[list[str], list[str]]:
    """The paths of the files among entries that no contract reads, and below; and of what is no file."""
    files: list[str] = []
    passed_over: list[str] = []
    while others:
        found, mode = others.pop()
        if S_ISDIR(mode) and not found.is_symlink():
            try:
                others += _listed(found)
            except OSError:
                passed_over.append(found.path)
        elif not waits(found.name):
            (files if S_ISREG(mode) else passed_over).append(found.path)
    return files, passed_over


def _listed(folder: os.PathLike[str]) -> Iterator[Listed]:
    with os.scandir(folder) as entries:
        by_name = sorted(entries, key=lambda found: found.name)
    return ((found, _mode(found)) for found in by_name)


def _mode(found: os.DirEntry[str]) -> int:
    try:
        return found.stat().st_mode
    except OSError as error:
        if error.errno not in LEADS_NOWHERE:
            raise
        return 0


def _names(landing: Path, paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(_readable(Path(path).relative_to(landing).as_posix()) for path in sorted(paths))


def _readable(name: str) -> str:
    return os.fsencode(name).decode(errors="backslashreplace")


def blocks(stream: BinaryIO, size: int = 2 * 2**20) -> Iterator[bytes]:
    """The stream in blocks of `size` bytes, its byte order mark dropped."""
    block = stream.read(size).removeprefix(b"\xef\xbb\xbf")
    while block:
        yield block
        block = stream.read(size)


def whole_records(stream: BinaryIO, end_in: Callable[[bytes], int]) -> Iterator[bytes]:
    """The stream in blocks that end where a record does, or with the stream, and that are UTF-8.

    `end_in` says of one block after the other where the last record that ends in it does, 0 for none.
    """
    waiting: list[bytes] = []
    for block in blocks(stream):
        end = end_in(block)
        if end:
            yield _checked(b"".join([*waiting, block[:end]]))
            waiting = []
        waiting.append(block[end:])
        refuse_if_endless(sum(map(len, waiting)))
    if any(waiting):
        yield _checked(b"".join(waiting))


def lines_of(text: TextIO) -> Iterator[str]:
    """The lines of a text, with their ends; of one without end as much as shows it."""
    return iter(lambda: text.readline(LONGEST_RECORD + 1), "")


def refuse_if_endless(size: int) -> None:
    """Raise `UnreadableFileError` for more bytes of a record than are read."""
    if size > LONGEST_RECORD:
        raise UnreadableFileError(f"a record of more than {LONGEST_RECORD} bytes")


def refuse_if_twice(names: Iterable[str]) -> None:
    """Raise `UnreadableFileError` for a column that stands twice."""
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise UnreadableFileError(f"column {min(twice)!r} stands twice")


def refuse_if_system_error(error: Exception) -> None:
    """Raise the error again when the machine failed and not the file; Arrow calls both `OSError`."""
    is_of_disk = isinstance(error, OSError) and error.errno is not None
    if is_of_disk or isinstance(error, SYSTEM_ERRORS):
        raise error


def refuse_if_changed(file: LandingFile) -> None:
    """Raise `CairnError` when a file is no longer what was read of it."""
    if file.has_changed():
        raise CairnError(
            f"The landing file {file.name!r} was written or vanished while it was read; nothing was"
            " committed and the ledger is as it was; drop files under a name that ends in .tmp,"
            " rename them when they are whole, and run again."
        )


def _checked(block: bytes) -> bytes:
    try:
        if not block.isascii():
            block.decode()
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"not UTF-8: {error.reason}; save it as UTF-8") from error
    return block
