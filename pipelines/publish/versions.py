"""Folders of versions: written beside the others, made durable, then shown by one rename.

Belongs here: what makes a publication atomic, and the end of old versions. Not here: what a version holds.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import CairnError, UnavailableError
from pipelines.files import make_durable
from pipelines.publish.access import open_to_all
from pipelines.settings import Settings

WRITING, REMOVING, NEW_LINK = ".writing-", ".removing-", ".current-new"
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Versions:
    """The published folder: `versions/<version>/` and the link `current`."""

    root: Path

    @property
    def folder(self) -> Path:
        """Where the versions lie."""
        return self.root / "versions"

    @property
    def current(self) -> str | None:
        """The version that readers see; None when there is none."""
        link = self.root / "current"
        return link.readlink().name if link.is_symlink() and link.is_dir() else None

    def path(self, version: str) -> Path:
        """A version's folder."""
        return self.folder / version

    def exists(self, version: str) -> bool:
        """Whether the version was written: a folder has its final name only once it is whole."""
        return self.path(version).is_dir()

    @contextmanager
    def writing(self, version: str) -> Iterator[Path]:
        """A folder to write a version into; it becomes the version when the block ends well, and goes when not.

        A version that is there already, and was found damaged, stays until then. No rename can put a folder in the
        place of another: between two of them there is none.
        """
        folder = self.folder / f"{WRITING}{version}"
        folder.mkdir()
        try:
            yield folder
            for path in (*folder.rglob("*"), folder):
                make_durable(path)
            if self.exists(version):
                self.path(version).rename(self.folder / f"{REMOVING}{version}")
            folder.rename(self.path(version))
            make_durable(self.folder)
            self.sweep()
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def switch(self, version: str) -> None:
        """Show a version to readers: the old one before the rename, this one after it, never a part."""
        if self.current == version:
            return
        link = self.root / NEW_LINK
        link.symlink_to(Path("versions") / version)
        link.replace(self.root / "current")
        make_durable(self.root)

    def prune(self, keep: int) -> None:
        """Remove all but the `keep` versions that were written last; the current one always stays."""
        newest_first = sorted(self.whole(), key=_written_at, reverse=True)
        for path in newest_first[keep:]:
            self.remove(path.name)

    def whole(self) -> list[Path]:
        """The folders of all versions; what else lies beside them is left alone."""
        return [
            path
            for path in self.folder.iterdir()
            if not path.name.startswith(".") and (path / MANIFEST).is_file()
        ]

    def remove(self, version: str) -> bool:
        """Remove a version, unless it is the current one; whether it was removed."""
        if version == self.current:
            return False
        path = self.path(version)
        shutil.rmtree(path.rename(self.folder / f"{REMOVING}{version}"))
        return True

    def sweep(self) -> None:
        """Remove what a crash left behind; only under the lock of `publishing`."""
        (self.root / NEW_LINK).unlink(missing_ok=True)
        for prefix in (WRITING, REMOVING):
            for path in self.folder.glob(f"{prefix}*"):
                shutil.rmtree(path)


def published_version(settings: Settings, nothing: str) -> Path:
    """The folder of the version that readers see; where there is none `UnavailableError`: there is `nothing` to do."""
    if not settings.current.is_dir():
        raise UnavailableError(
            f"Nothing is published in {settings.published}, so there is {nothing}; nothing was changed; run `cairn run`"
            " first."
        )
    return settings.current.resolve()


def require_link(root: Path) -> None:
    """Raise `CairnError` where `current` is no link but a folder: no rename puts a link in its place."""
    current = root / "current"
    if current.is_dir() and not current.is_symlink():
        raise CairnError(
            f"{current} is a folder and no link, so that no version can be shown; all versions were left as they are;"
            " move it away (whoever copies published/ keeps its links), and run again."
        )


@contextmanager
def publishing(root: Path) -> Iterator[Versions]:
    """The published folder, for one writer at a time, free of leftovers."""
    require_link(root)
    versions = Versions(root)
    versions.folder.mkdir(parents=True, exist_ok=True)
    open_to_all(root, versions.folder)
    with (root / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        versions.sweep()
        yield versions


def _written_at(version: Path) -> tuple[int, str]:
    return (version / MANIFEST).stat().st_mtime_ns, version.name
