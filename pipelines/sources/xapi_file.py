"""The statements of a file: JSON lines or one document, each a statement, a list of them or a StatementResult.

Belongs here: finding the statements, and naming what is none by its place. Not here: what a statement means.
"""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from pipelines.contracts.model import COMPRESSIONS
from pipelines.errors import CairnError


@dataclass(frozen=True)
class Statement:
    """A JSON object; `place` is its number in the file, from 1; fractions are exact (`Decimal`)."""

    place: int
    content: dict[str, Any]


@dataclass(frozen=True)
class Broken:
    """A line or an element of a list that is no statement; `fault` says which."""

    fault: str


class StatementFile:
    """A file of statements, plain, `.gz` or `.zst`.

    `more` is where the server says that the rest of them is, None without; of several StatementResults, what the last
    one says that was read.
    """

    def __init__(self, path: Path) -> None:
        self.more: str | None = None
        self._path = path

    def __iter__(self) -> Iterator[Statement | Broken]:
        """All that it holds; lines are read as they are asked for. Raises `CairnError` when they cannot be read."""
        for place, (content, where) in enumerate(self._contents(), start=1):
            if isinstance(content, dict):
                yield Statement(place, content)
            else:
                yield Broken(f"{where} is no JSON object")

    def _contents(self) -> Iterator[tuple[Any, str]]:
        """What may be statements, and where each stands."""
        for document, where in self._documents():
            content = document
            if isinstance(document, dict) and isinstance(document.get("statements"), list):
                self.more = document.get("more") or None
                content = document["statements"]
            if isinstance(content, list):
                for number, element in enumerate(content, start=1):
                    yield element, f"element {number} of {where}"
            else:
                yield content, where

    def _documents(self) -> Iterator[tuple[Any, str]]:
        """The JSON of the whole file, or of each of its lines."""
        whole = self._whole()
        if whole is not None:
            yield whole, "the file"
            return
        with _open(self._path) as stream:
            for number, line in enumerate(_lines(self._path, stream), start=1):
                if line.strip():
                    yield _parsed(line), f"line {number}"

    def _whole(self) -> Any:
        """The object or list that the file is, None for one of lines; a first line that is JSON shows such a one."""
        with _open(self._path) as stream:
            lines = (line for line in _lines(self._path, stream) if line.strip())
            document = _parsed(next(lines, b""))
            if document is not None and next(lines, None) is not None:
                return None
        if document is None:
            with _open(self._path) as stream:
                document = _parsed(b"".join(_lines(self._path, stream)))
        return document if isinstance(document, dict | list) else None


def _open(path: Path) -> BinaryIO:
    try:
        compression = COMPRESSIONS.get(path.suffix.lower())
        if compression is None:
            return path.open("rb")
        return io.BufferedReader(pa.input_stream(path, compression=compression))
    except (OSError, pa.ArrowException) as error:
        raise _unreadable(path, error) from error


def _lines(path: Path, stream: BinaryIO) -> Iterator[bytes]:
    try:
        for number, line in enumerate(stream):
            yield line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line
    except (OSError, pa.ArrowException) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> CairnError:
    return CairnError(
        f"The xAPI file {path} cannot be read ({error}); nothing was landed; fetch the file again."
    )


def _parsed(text: bytes) -> Any:
    """The JSON value of a text, or None for what is no strict JSON (as for `null`, which is no statement either)."""
    try:
        return json.loads(text.decode(), parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, ArithmeticError, RecursionError):
        return None


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
