"""The same rows, delivered in other ways: split, merged, renamed, again.

Belongs here: files to files. Only plain text files are cut or joined; the others are delivered whole.
"""

import shutil
from pathlib import Path


def deliver_again(source: Path, landing: Path) -> None:
    """Drop every file of a landing folder once more, under another name."""
    for path in _files(source):
        _drop(path, landing, f"again-{path.name}")


def split(source: Path, first: Path, second: Path) -> None:
    """Cut every plain CSV and JSONL file at a record; whole files go to `second`."""
    for path in _files(source):
        if path.suffix not in (".csv", ".jsonl"):
            _drop(path, second, path.name)
            continue
        lines = path.read_bytes().splitlines(keepends=True)
        header = lines[:1] if path.suffix == ".csv" else []
        rows = lines[len(header) :]
        cut = len(rows) // 2
        while path.suffix == ".csv" and b"".join(rows[:cut]).count(b'"') % 2:
            cut += 1
        for landing, part in ((first, rows[:cut]), (second, rows[cut:])):
            _folder(landing, path).joinpath(f"{landing.name}-{path.name}").write_bytes(
                b"".join([*header, *part])
            )


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


def _files(source: Path) -> list[Path]:
    return sorted(path for path in source.glob("*/*") if path.is_file())


def _folder(landing: Path, path: Path) -> Path:
    folder = landing / path.parent.name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _drop(path: Path, landing: Path, name: str) -> None:
    shutil.copyfile(path, _folder(landing, path) / name)
