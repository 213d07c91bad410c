"""What more than one step does with files: write what survives a power cut, and tell their content by its hash."""

import errno
import hashlib
import os
from pathlib import Path

OWNER_ONLY = 0o600


def make_durable(path: Path) -> None:
    """Have a file's bytes, or a folder's names, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def append_durably(path: Path, content: bytes) -> None:
    """Append all of it and have it survive a power cut, or leave the file as it was and raise `OSError`."""
    with path.open("ab", buffering=0) as handle:
        before = handle.tell()
        try:
            if handle.write(content) < len(content):
                raise OSError(errno.ENOSPC, f"{path.name} was cut short")
            os.fsync(handle.fileno())
        except OSError:
            handle.truncate(before)
            raise


def write_owner_only(path: Path, content: bytes) -> None:
    """Put a file that its owner alone can read in place, durably and in one rename."""
    new = path.with_name(f".{path.stem}-new{path.suffix}")
    new.unlink(missing_ok=True)
    new.touch(OWNER_ONLY)
    append_durably(new, content)
    new.replace(path)
    make_durable(path.parent)


def sha256_of(path: os.PathLike[str]) -> str:
    """The SHA-256 of a file's bytes, in lower-case hex."""
    with Path(path).open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
