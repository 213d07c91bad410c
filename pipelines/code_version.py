"""Which code made a version: a hash of everything that can change a published row.

Not git's commit: a tree with local changes, or without a repository, has a version too.
"""

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("dbt_project", "pipelines")
LOCK = "requirements.lock"
SUFFIXES = {".csv", ".py", ".sql", ".yml"}
WRITTEN_BY_DBT = {"logs", "target"}


def sources(folder: Path) -> list[Path]:
    """The files of a folder that people write, sorted by path; not the hidden ones, which their tools write."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix in SUFFIXES
        and not path.name.startswith(".")
        and path.relative_to(folder).parts[0] not in WRITTEN_BY_DBT
    )


def code_version() -> str:
    """The lower-case hex SHA-256 over the names and the content of all sources, and of the libraries' lock."""
    digest = hashlib.sha256()
    for path in (ROOT / LOCK, *(path for folder in FOLDERS for path in sources(ROOT / folder))):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(ROOT).as_posix()}\0{content}\n".encode())
    return digest.hexdigest()
