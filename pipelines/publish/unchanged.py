"""What the version before already holds: a file that would come out the same is linked, not written again.

Belongs here: which file was made of what, and whether it is still that one. The memory lies in the warehouse, never in
a manifest: who edits a published file and makes the manifest fit has it written anew by the next version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.files import sha256_of

MEMORY = "ops.published_files"


@dataclass(frozen=True)
class WrittenFile:
    """A file of a version, its place there, and the hash of all that its bytes follow from."""

    path: str
    made_of: str
    sha256: str


@dataclass(frozen=True)
class Unchanged:
    """The files of the version that was published last from this warehouse; of none when there is no such version."""

    folder: Path
    files: Mapping[str, WrittenFile]

    @classmethod
    def read(cls, connection: duckdb.DuckDBPyConnection, versions: Path) -> Unchanged:
        """What a warehouse remembers of the versions in a folder."""
        rows = connection.execute(f"select version, path, made_of, sha256 from {MEMORY}").fetchall()
        version = rows[0][0] if rows else ""
        return cls(versions / version, {row[1]: WrittenFile(*row[1:]) for row in rows})

    def link(self, path: str, made_of: str, target: Path) -> bool:
        """Give `target` the bytes of the earlier file at the same place; false when it is not there or not the same."""
        known = self.files.get(path)
        earlier = self.folder / path
        if known is None or known.made_of != made_of or not earlier.is_file():
            return False
        if sha256_of(earlier) != known.sha256:
            return False
        try:
            target.hardlink_to(earlier)
        except OSError:  # a file system without links, or a file that has too many
            return False
        return True


def remember(
    connection: duckdb.DuckDBPyConnection, version: str, files: Iterable[WrittenFile]
) -> None:
    """Note what a published version's files were made of, in the place of what was noted before."""
    connection.execute("begin")
    connection.execute(f"delete from {MEMORY}")
    for file in files:
        connection.execute(
            f"insert into {MEMORY} values (?, ?, ?, ?)",
            [version, file.path, file.made_of, file.sha256],
        )
    connection.execute("commit")
