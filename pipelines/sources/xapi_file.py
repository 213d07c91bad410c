"""The statements of a file: JSON lines, or a document that is a statement, a list of them or a StatementResult.

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

from pipelines.errors import CairnError

COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}


@dataclass(frozen=True)
class Statement:
    """A JSON object; `place` is its line, or its number in a list, from 1; fractions are exact (`Decimal`)."""

    place: int
    content: dict[str, Any]


@dataclass(frozen=True)
class Broken:
    """A line or an element of a list that is no statement; `fault` names its place too."""

    place: int
    fault: str


@dataclass(frozen=True)
class StatementFile:
    """What a file holds; `more` is where its server says that the rest of the statements is, None without."""

    items: Iterator[Statement | Broken]
    more: str | None = None


def open_statements(path: Path) -> StatementFile:
    """Read a file, plain, `.gz` or `.zst`; lines are read as they are asked for.

    Raises `CairnError` when the file cannot be read, at once or while its lines are read.
    """
    with _open(path) as stream:
        first = next((line for line in _lines(path, stream) if line.strip()), b"")
    if isinstance(document := _parsed(first), dict) and not _is_result(document):
        return StatementFile(_read_lines(path))
    if document is None:
        with _open(path) as stream:
            document = _parsed(b"".join(_lines(path, stream)))
    if isinstance(document, list):
        return StatementFile(_read_list(document))
    if not isinstance(document, dict):
        return StatementFile(_read_lines(path))
    if _is_result(document):
        return StatementFile(_read_list(document["statements"]), document.get("more") or None)
    return StatementFile(iter([Statement(1, document)]))


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


def _is_result(document: dict[str, Any]) -> bool:
    return isinstance(document.get("statements"), list)


def _read_lines(path: Path) -> Iterator[Statement | Broken]:
    with _open(path) as stream:
        for place, line in enumerate(_lines(path, stream), start=1):
            if line.strip():
                yield _statement(place, _parsed(line), f"line {place} is no JSON object")


def _read_list(items: list[Any]) -> Iterator[Statement | Broken]:
    for place, item in enumerate(items, start=1):
        yield _statement(place, item, f"element {place} of the list is no object")


def _statement(place: int, content: Any, fault: str) -> Statement | Broken:
    return Statement(place, content) if isinstance(content, dict) else Broken(place, fault)
