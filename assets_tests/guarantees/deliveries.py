"""The same rows, delivered in other ways: half of them early, merged, renamed.

Belongs here: files to files. Only plain text files are cut or joined; the others are delivered whole.
"""

import shutil
from pathlib import Path


def first_halves(source: Path, landing: Path) -> None:
    """Drop the first half of every plain CSV and JSONL file, cut at a record; no other file."""
    for path in sorted(source.glob("*/*")):
        if path.suffix in (".csv", ".jsonl"):
            lines = path.read_bytes().splitlines(keepends=True)
            end = (len(lines) + 1) // 2
            while path.suffix == ".csv" and b"".join(lines[:end]).count(b'"') % 2:
                end += 1
            half = b"".join(lines[:end])
            _folder(landing, path).joinpath(f"half-{path.name}").write_bytes(half)


def merge(source: Path, landing: Path) -> None:
    """Put a contract's plain JSONL files into one; the others get names that reverse their order."""
    for folder in sorted(source.iterdir()):
        files = sorted(folder.iterdir())
        joined = [path for path in files if path.suffix == ".jsonl"]
        if joined:
            lines = b"\n".join(path.read_bytes().rstrip(b"\n") for path in joined)
            _folder(landing, joined[0]).joinpath("merged.jsonl").write_bytes(lines + b"\n")
        for place, path in enumerate(reversed([path for path in files if path not in joined])):
            _drop(path, landing, f"{place:03d}-{path.name}")


def _folder(landing: Path, path: Path) -> Path:
    folder = landing / path.parent.name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _drop(path: Path, landing: Path, name: str) -> None:
    shutil.copyfile(path, _folder(landing, path) / name)
