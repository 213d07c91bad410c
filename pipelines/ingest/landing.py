"""Which files lie in landing, what each is, and its bytes without compression."""

import io
import os
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
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
    """What lies in landing now: files that no batch has taken, by (contract, name), and files of no contract."""

    files: tuple[LandingFile, ...]
    unknown_contract: tuple[str, ...]


def waits(name: str) -> bool:
    """True for the name of a file that its source is still writing."""
    return name.startswith(WAITING_PREFIXES) or name.endswith(WAITING_SUFFIXES)


def scan(landing: Path, hashes: Hashes, taken: Container[tuple[str, str]] = ()) -> Landing:
    """List and identify the files in landing; nothing is written there.

    `taken` are the identities of those that the ledger has: contract and SHA-256.
    """
    files: list[LandingFile] = []
    unknown: list[Path] = []
    for folder in sorted(landing.glob("*")):
        if folder.is_file():
            unknown.append(folder)
        elif folder.is_dir() and not folder.name.startswith(WAITING_PREFIXES):
            contract = CONTRACTS.get(folder.name)
            if contract is None:
                unknown += _files_below(folder)
            else:
                of_contract, strange = _of_contract(contract, folder, hashes, taken)
                files += of_contract
                unknown += strange
    names = (path.relative_to(landing).as_posix() for path in unknown if not waits(path.name))
    return Landing(tuple(files), tuple(map(_readable, names)))


def _of_contract(
    contract: Contract, folder: Path, hashes: Hashes, taken: Container[tuple[str, str]]
) -> tuple[list[LandingFile], list[Path]]:
    """The files of a contract, and those in folders of its folder. There may be one of every night there ever was."""
    files: list[LandingFile] = []
    unknown: list[Path] = []
    with os.scandir(folder) as listed:
        for found in sorted(listed, key=lambda found: found.name):
            if found.is_dir():
                unknown += _files_below(folder / found.name)
            elif found.is_file() and not waits(found.name):
                status = found.stat()
                sha256 = hashes.of(f"{contract.name}/{found.name}", found, status)
                if (contract.name, sha256) not in taken:
                    path = folder / found.name
                    files.append(LandingFile(contract, path, sha256, state_of(status)))
    return files, unknown


def _files_below(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


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
            f"The landing file {file.name} was written or vanished while it was read; nothing was"
            " committed and the ledger is as it was; drop files under a name that ends in .tmp,"
            " rename them when they are whole, and run again."
        )


def _checked(block: bytes) -> bytes:
    try:
        if not block.isascii():
            block.decode()
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"not UTF-8: {error.reason}") from error
    return block
