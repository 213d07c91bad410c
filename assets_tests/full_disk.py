"""A disk without room, for real: a small tmpfs where this process may mount one, else a limit on the size of files.

Belongs here: making room scarce and giving it back. Not here: what anybody should do about it.
"""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534


@dataclass(frozen=True)
class Disk:
    """A folder on a small disk of its own; `is_own` says whether that could be had."""

    folder: Path
    is_own: bool

    @contextmanager
    def crowded(self, free_bytes: int) -> Iterator[None]:
        """Leave room for so many bytes; without a disk of its own, let no file grow beyond them."""
        if not self.is_own:
            soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (free_bytes, hard))
            try:
                yield
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            return
        filler = self.folder / "filler"
        room = os.statvfs(self.folder)
        with filler.open("wb") as handle:
            os.posix_fallocate(handle.fileno(), 0, room.f_bavail * room.f_frsize - free_bytes)
        try:
            yield
        finally:
            filler.unlink()

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Let nobody write; without a disk of its own, nobody but root, who then becomes somebody else."""
        if not self.is_own:
            user = os.geteuid()
            self.folder.chmod(0o555)
            os.seteuid(NOBODY if user == 0 else user)
            try:
                yield
            finally:
                os.seteuid(user)
                self.folder.chmod(0o755)
            return
        _remount(self.folder, "ro")
        try:
            yield
        finally:
            _remount(self.folder, "rw")


def _remount(folder: Path, mode: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{mode}", folder], check=True, capture_output=True)


@contextmanager
def small_disk(folder: Path, mebibytes: int) -> Iterator[Disk]:
    """Such a disk, gone after the block."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", folder], capture_output=True
    )
    try:
        yield Disk(folder, mounted.returncode == 0)
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", "--lazy", folder], check=True)
