"""A version's files against its manifest: each is there, with its bytes, and there is no other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipelines.publish.manifest import listed_files
from pipelines.publish.tables import describe_file
from pipelines.publish.versions import MANIFEST


def file_problems(version: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each file that is missing, was changed, or that the manifest does not know."""
    listed = listed_files(manifest)
    found = {path.relative_to(version).as_posix() for path in version.rglob("*") if path.is_file()}
    for name, file in sorted(listed.items()):
        if name not in found:
            yield f"{name} is missing"
        elif describe_file(version / name, version).sha256 != file["sha256"]:
            yield f"{name} was changed: its SHA-256 is not that of the manifest"
    for name in sorted(found - listed.keys() - {MANIFEST}):
        yield f"{name} is in no manifest: it was added"
